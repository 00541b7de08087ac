# What can go wrong and how peers are have the numbers of Bro 2.6.
event bro_init()
	{
	local codes = vector(Broker::UNSPECIFIED, Broker::PEER_INCOMPATIBLE, Broker::PEER_INVALID, Broker::PEER_UNAVAILABLE,
	                     Broker::PEER_TIMEOUT, Broker::MASTER_EXISTS, Broker::NO_SUCH_MASTER, Broker::NO_SUCH_KEY,
	                     Broker::REQUEST_TIMEOUT, Broker::TYPE_CLASH, Broker::INVALID_DATA, Broker::BACKEND_FAILURE,
	                     Broker::STALE_DATA, Broker::CAF_ERROR);

	for ( i in codes )
		print codes[i], enum_to_int(codes[i]);

	local states = vector(Broker::INITIALIZING, Broker::CONNECTING, Broker::CONNECTED, Broker::PEERED,
	                      Broker::DISCONNECTED, Broker::RECONNECTING);

	for ( i in states )
		print states[i], enum_to_int(states[i]);

	print enum_to_int(Broker::SUCCESS), enum_to_int(Broker::FAILURE);
	print enum_to_int(Broker::MEMORY), enum_to_int(Broker::SQLITE), enum_to_int(Broker::ROCKSDB);
	}

# Scripts may handle and raise it; nothing here does.
event Broker::status(endpoint: Broker::EndpointInfo, msg: string)
	{
	print endpoint$id, msg;
	}

event bro_init() &priority=-1
	{
	event Broker::status([$id="somebody"], "something");
	}
