# Called as bro its own search path goes before that of zeek.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/four/cluster-layout.bro
# @TEST-EXEC: mkdir elsewhere
# @TEST-EXEC: cd elsewhere; BROPATH=.:/brood-embedded:.. ZEEKPATH=.:/brood-embedded CLUSTER_NODE=worker-1 bro -b %INPUT >output
# @TEST-EXEC: btest-diff elsewhere/output

@load base/frameworks/cluster

event bro_init()
	{
	print |Cluster::nodes|;
	terminate();
	}
