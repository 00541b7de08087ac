##! For a node that ends when its peer is gone.

@load ./peers

event Broker::peer_lost(endpoint: Broker::EndpointInfo, msg: string) &priority=-10
	{
	terminate();
	}
