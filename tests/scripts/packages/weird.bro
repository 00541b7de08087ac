# Weirds are logged as often as their action says.

@load base/frameworks/notice

redef Log::default_writer = Log::WRITER_NONE;

event Weird::log_weird(rec: Weird::Info)
	{
	print rec$name, rec?$id ? id_string(rec$id) : "", rec?$addl ? rec$addl : "", rec$notice;
	}

event bro_init()
	{
	Reporter::net_weird("strange");
	Reporter::net_weird("strange");
	Reporter::flow_weird("bad_RPC", 1.2.3.4, 5.6.7.8);
	Reporter::flow_weird("bad_RPC", 1.2.3.4, 5.6.7.9);
	Reporter::flow_weird("spontaneous_FIN", 1.2.3.4, 5.6.7.8);
	}
