type R: record { list: vector of string; };

hook fill(r: R) { r$list += "one"; }
hook fill(r: R) { r$list += "two"; return; }

event bro_init()
	{
	local r = R($list=vector());
	hook fill(r);
	print r;
	}
