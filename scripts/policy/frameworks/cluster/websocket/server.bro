##! Accepts WebSocket clients on one address and port, for trying things out. The environment variables
##! ZEEK_WEBSOCKET_LISTEN_ADDRESS and ZEEK_WEBSOCKET_LISTEN_PORT choose them.

@load base/frameworks/cluster

event bro_init() &priority=-100
	{
	local listen_addr = 127.0.0.1;
	local address_text = getenv("ZEEK_WEBSOCKET_LISTEN_ADDRESS");

	# IPv6 addresses may come in brackets.
	if ( address_text != "" )
		listen_addr = to_addr(gsub(address_text, /^\[|\]$/, ""));

	local listen_port = 27759/tcp;
	local port_text = getenv("ZEEK_WEBSOCKET_LISTEN_PORT");

	if ( port_text != "" )
		listen_port = count_to_port(to_count(port_text), tcp);

	Reporter::info(fmt("Running standalone WebSocket server on %s:%s with local cluster backend %s",
	                   listen_addr, listen_port, Cluster::backend));

	if ( ! Cluster::listen_websocket([$listen_addr=listen_addr, $listen_port=listen_port]) )
		Reporter::fatal("failed to listen");
	}
