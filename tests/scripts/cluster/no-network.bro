# env: CLUSTER_NODE=worker-1
# env: BROPATH=parts/full
# A node of a cluster says once that it cannot reach the others, and goes on.
@load base/frameworks/cluster

event bro_init() &priority=-20
	{
	print "still here", |Broker::peers()|;
	print Broker::listen("127.0.0.1", 27761/tcp), Broker::peer("127.0.0.1", 27761/tcp);
	print Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port=27759/tcp]);
	terminate();
	}
