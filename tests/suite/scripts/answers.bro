##! What somebody adds to a controller to see the answers.

redef Broker::default_connect_retry = 100msec;

event Control::id_value_response(id: string, val: string)
	{
	print fmt("%s is %s", id, val);
	}

event Control::peer_status_response(s: string)
	{
	print s;
	}

event Control::net_stats_response(s: string)
	{
	print s;
	}

event Control::configuration_update_response()
	{
	print "update is done";
	}

event Control::shutdown_response()
	{
	print "it goes down";
	}
