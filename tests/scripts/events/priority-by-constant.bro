# A priority may be any expression that has a value where the body stands.
module M;

const HIGH = 10 &redef;
global low = -5;

function middle(): int
	{
	return 3;
	}

redef HIGH = 20;

event bro_init() &priority=HIGH - 15
	{
	print "five";
	}

event bro_init() &priority=low
	{
	print "low";
	}

event bro_init()
	{
	print "zero";
	}

event bro_init() &priority=middle()
	{
	print "three";
	}

event bro_init() &priority=+4
	{
	print "four";
	}

hook h() &priority=-HIGH
	{
	print "last";
	}

hook h() &priority=low
	{
	print "first";
	}

event bro_init() &priority=-100
	{
	hook h();
	}
