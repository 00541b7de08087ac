# As zeek a vector with holes is not sent.
#
# @TEST-EXEC: zeek -b holes.zeek >output 2>&1
# @TEST-EXEC: btest-diff output

global tell: event(v: vector of count);

event zeek_init()
	{
	local v = vector(1, 2);
	v[4] = 5;
	print Broker::data(v)?$data, Broker::make_event(tell, v)?$name;
	}
