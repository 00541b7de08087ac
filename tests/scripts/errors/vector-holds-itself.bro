# What a vector that holds itself does where values are walked through.
event bro_init()
	{
	local v: vector of any = vector(1, 2);
	v[2] = v;
	print v;
	print |v|;
	print cat(v);
	print to_json(v);
	}
event bro_init() &priority=-1
	{
	local v: vector of any = vector(1);
	v[1] = v;
	local w = copy(v);
	print |w|;
	}
event bro_init() &priority=-2 { print "goes on"; }
