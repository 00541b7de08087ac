global base_size = 4;
global twice = base_size * 2;
global list = vector(base_size, twice);

function f(): count { return twice + 1; }

global computed = f();

event bro_init()
	{
	print twice, list, computed;
	}
