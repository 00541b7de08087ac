# Nodes that scripts tell apart are evaluated, and of the others one. Those whose names hold the string are a group of
# their own: worker-27x does not hold "worker-7x".
#
# @TEST-EXEC: sh %INPUT >cluster-layout.bro
# @TEST-EXEC-FAIL: brood check -b . >output
# @TEST-EXEC-FAIL: brood check -b --format json . >output.json
# @TEST-EXEC: tr -d ' \n' <output.json | grep -o '"evaluated":[^]]*]' >>output
# @TEST-EXEC: btest-diff output

# @TEST-START-FILE local.bro
@if ( Cluster::node == "worker-7x" )
global a: count = "x";
@endif

@if ( /worker-29[0-9]x/ == Cluster::node )
global b: count = "x";
@endif
# @TEST-END-FILE

echo 'redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27761/tcp],'
for number in $(seq 0 299); do
    echo '	["worker-'$number'x"] = [$node_type=Cluster::WORKER, $ip=10.1.'$((number / 250)).$((number % 250))', $p=27762/tcp, $manager="manager"],'
done
echo '};'
