# Options that contradict each other open no port.
@load base/frameworks/cluster

event bro_init()
	{
	print Cluster::__listen_websocket([$listen_port=1/tcp]);
	print Cluster::__listen_websocket([$listen_host="somewhere", $listen_port=1/tcp]);
	print Cluster::__listen_websocket([$listen_host="127.0.0.1", $listen_addr=127.0.0.1, $listen_port=1/tcp]);
	print Cluster::__listen_websocket([$listen_addr=127.0.0.1, $listen_port=1/tcp,
	                                   $tls_options=Cluster::WebSocketTLSOptions($key_file="server.key")]);
	print Broker::__listen_websocket("127.0.0.1", 1/udp);
	}
