@load ../alarm

module Alarm;

global alarms: vector of addr;

event Alarm::raised(host: addr)
	{
	alarms += host;
	}

function tell(worker: string)
	{
	event Alarm::seen(192.0.2.7, worker);
	Test::advance(1 sec);
	}

function test_one_worker_is_not_enough()
	{
	tell("worker-1");
	tell("worker-1");
	assert |alarms| == 0;
	}

function test_two_are_and_a_third_changes_nothing()
	{
	tell("worker-1");
	tell("worker-2");
	assert |alarms| == 1 && alarms[0] == 192.0.2.7;
	tell("worker-3");
	assert |alarms| == 1;
	}
