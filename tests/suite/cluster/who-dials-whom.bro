# Nodes dial those that they depend on. As in Bro, proxies have nothing to do with a recorder.
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
# @TEST-EXEC: for node in logger-1 logger-2 recorder manager proxy-2 worker-1; do CLUSTER_NODE=$node brood run -b %INPUT; done >output
# @TEST-EXEC: btest-diff output

@load base/frameworks/cluster

redef Log::default_writer = Log::WRITER_NONE;

event bro_init() &priority=-20
	{
	local dials: vector of string = vector();

	for ( name in Cluster::nodes )
		{
		if ( Broker::is_outbound_peering("127.0.0.1", Cluster::nodes[name]$p) )
			dials += name;
		}

	sort(dials, strcmp);
	print fmt("%s dials %s", Cluster::node, join_string_vec(dials, " "));
	terminate();
	}
