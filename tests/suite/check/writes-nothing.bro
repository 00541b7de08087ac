# Nothing is written by checking, and nothing is run.
#
# @TEST-EXEC: mkdir site; mv cluster-layout.bro local.bro site
# @TEST-EXEC: brood check site
# @TEST-EXEC: ls . site >output
# @TEST-EXEC: btest-diff output

# @TEST-START-FILE cluster-layout.bro
redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27761/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.1.0.1, $p=27762/tcp, $manager="manager"],
};
# @TEST-END-FILE

# @TEST-START-FILE local.bro
global f = open("made.txt");
global s = system("touch run.txt");
global d = mkdir("dir");
# @TEST-END-FILE
