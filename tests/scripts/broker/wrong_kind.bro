# Data of another kind than a function works on gives up that function.
event bro_init()
	{
	local v = Broker::data("text");
	Broker::set_size(v);
	print "the function was given up, the handler goes on";
	}

event bro_init() &priority=-1
	{
	local it = Broker::set_iterator(Broker::set_create());
	print Broker::set_iterator_value(it);
	local empty: Broker::Data;
	print Broker::data_type(empty);
	}
