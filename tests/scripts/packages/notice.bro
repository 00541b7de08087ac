# A notice is decided on, logged, and suppresses others about the same thing.

@load base/frameworks/notice

redef Log::default_writer = Log::WRITER_NONE;

redef enum Notice::Type += { Odd, Dull };
redef Notice::ignored_types += { Dull };
redef Notice::alarmed_types += { Odd };

hook Notice::notice(n: Notice::Info)
	{
	print n$note, n?$msg ? n$msg : "", n$actions, n?$src ? cat(n$src) : "", n?$p ? cat(n$p) : "";
	}

event Notice::suppressed(n: Notice::Info)
	{
	print "suppressed", n$note, n$identifier;
	}

event second()
	{
	NOTICE([$note=Odd, $msg="again", $identifier="x"]);
	}

event bro_init()
	{
	NOTICE([$note=Odd, $msg="first", $identifier="x",
	        $id=conn_id($orig_h=1.2.3.4, $orig_p=5/tcp, $resp_h=6.7.8.9, $resp_p=10/udp)]);
	NOTICE([$note=Dull]);
	event second();
	}
