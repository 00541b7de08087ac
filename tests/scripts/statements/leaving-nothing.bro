# `break` and `next` outside of any loop end the body they stand in.
event bro_init() &priority=3
	{
	if ( T )
		break;
	print "not reached";
	}

event bro_init() &priority=2
	{
	next;
	print "not reached either";
	}

function f(): count
	{
	if ( |"abc"| == 3 )
		next;
	return 3;
	}

hook h()
	{
	next;
	}

hook stopped()
	{
	break;
	}

event bro_init()
	{
	print hook h(), hook stopped();
	print f();
	}
