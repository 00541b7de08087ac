# How often a peer is tried who is not there is what the environment says, before what the cluster's settings do.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/four/cluster-layout.bro
# @TEST-EXEC: btest-bg-run as-bro CLUSTER_NODE=worker-1 BRO_DEFAULT_CONNECT_RETRY=1 bro -b %INPUT tries=6
# @TEST-EXEC: btest-bg-run as-zeek CLUSTER_NODE=worker-1 ZEEK_DEFAULT_CONNECT_RETRY=1 bro -b %INPUT tries=6
# @TEST-EXEC: btest-bg-run patient CLUSTER_NODE=worker-1 bro -b %INPUT
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: for name in as-bro as-zeek patient; do sed "s/^/$name: /" $name/.stdout; done >output
# @TEST-EXEC: btest-diff output

@load base/frameworks/cluster

redef exit_only_after_terminate = T;
redef Log::default_writer = Log::WRITER_NONE;
redef Cluster::retry_interval = 1hr;

# After so many it is enough. 0: after a while.
const tries = 0 &redef;

global tried = 0;

event end()
	{
	print fmt("tried %d times", tried);
	terminate();
	}

# Neither the manager nor the proxy is there.
event Broker::error(code: Broker::ErrorCode, msg: string)
	{
	if ( code == Broker::PEER_UNAVAILABLE && ++tried == tries )
		event end();
	}

event bro_init()
	{
	if ( tries == 0 )
		schedule 2500msec { end() };
	}
