event bro_init()
	{
	local f = function[nowhere]() { };
	}
