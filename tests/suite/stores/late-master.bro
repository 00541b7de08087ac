# A master that is made late is found when its clone looks for it again.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run master brood run -b ../master.bro
# @TEST-EXEC: btest-bg-run clone brood run -b ../clone.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff clone/.stdout

# @TEST-START-FILE master.bro
@load until-lost

global no_answer: event();

event bro_init()
	{
	Broker::subscribe("master/");
	Broker::listen("127.0.0.1", test_port);
	}

event no_answer()
	{
	Broker::put(Broker::create_master("s"), "k", "late");
	}
# @TEST-END-FILE

# @TEST-START-FILE clone.bro
@load peers

redef Broker::default_clone_resync_interval = 100msec;

global s: opaque of Broker::Store;
global no_answer: event();
global has_told = F;

event look()
	{
	when ( local r = Broker::get(s, "k") )
		{
		if ( r$status == Broker::SUCCESS )
			{
			print fmt("found %s", r$result as string);
			terminate();
			}
		else
			schedule 20msec { look() };
		}
	timeout 200msec
		{
		if ( ! has_told )
			{
			print "no answer";
			has_told = T;
			}

		# It may not have been there the last time.
		Broker::publish("master/", no_answer);
		event look();
		}
	}

event bro_init()
	{
	s = Broker::create_clone("s");
	Broker::peer("127.0.0.1", test_port, 100msec);
	event look();
	}
# @TEST-END-FILE
