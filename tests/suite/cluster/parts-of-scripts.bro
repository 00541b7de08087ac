# A script has a part for clusters and one for each role, and none of them outside a cluster.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-PORT: PORT5
# @TEST-PORT: PORT6
# @TEST-PORT: PORT7
# @TEST-PORT: PORT8
# @TEST-COPY-FILE: ${LAYOUTS}/eight/cluster-layout.bro
# @TEST-EXEC: for node in manager proxy-1 worker-2 logger-1 ""; do echo "as '$node':"; CLUSTER_NODE=$node brood run -b node.bro; done >output
# @TEST-EXEC: btest-diff output

# @TEST-START-FILE node.bro
@load base/frameworks/cluster

redef Log::default_writer = Log::WRITER_NONE;

event bro_init() &priority=-20
	{
	terminate();
	}
# @TEST-END-FILE

# @TEST-START-FILE cluster.node.bro
event bro_init()
	{
	print "cluster";
	}
# @TEST-END-FILE

# @TEST-START-FILE cluster-manager.node.bro
event bro_init()
	{
	print "cluster-manager";
	}
# @TEST-END-FILE

# @TEST-START-FILE cluster-proxy.node.bro
event bro_init()
	{
	print "cluster-proxy";
	}
# @TEST-END-FILE

# @TEST-START-FILE cluster-worker.node.bro
event bro_init()
	{
	print "cluster-worker";
	}
# @TEST-END-FILE

# @TEST-START-FILE cluster-logger.node.bro
event bro_init()
	{
	print "cluster-logger";
	}
# @TEST-END-FILE
