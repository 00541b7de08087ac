# A backend that this build does not have is named, with what would bring it.
event bro_init()
	{
	local h = Broker::create_master("store", Broker::ROCKSDB);
	print "not reached";
	}
