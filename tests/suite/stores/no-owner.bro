# A store without an owner ends the node.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/four/cluster-layout.bro
# @TEST-EXEC-FAIL: CLUSTER_NODE=worker-1 bro -b %INPUT >output 2>&1
# @TEST-EXEC: btest-diff output

@load base/frameworks/cluster

redef Log::default_writer = Log::WRITER_NONE;
redef Cluster::default_master_node = "nobody";

event bro_init()
	{
	Cluster::create_store("lost");
	print "never";
	}
