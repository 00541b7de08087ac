# A controller waits for its controllee.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run first brood run -b ../first.bro Control::host=127.0.0.1 Control::host_port=$PORT Control::cmd=shutdown
# @TEST-EXEC: wait-for nobody first/.stdout
# @TEST-EXEC: btest-bg-run node brood run -b frameworks/control/controllee controllee Broker::default_port=$PORT
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: uniq first/.stdout >output
# @TEST-EXEC: btest-diff output
# @TEST-EXEC: btest-diff node/.stdout

# @TEST-START-FILE first.bro
@load frameworks/control/controller
@load answers

event Broker::error(code: Broker::ErrorCode, msg: string)
	{
	print "nobody is there";
	flush_all();
	}
# @TEST-END-FILE
