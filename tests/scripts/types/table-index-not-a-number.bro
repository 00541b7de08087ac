# As indices doubles are compared bit by bit: what is not a number is found again, and the two zeros differ.
event bro_init()
	{
	local infinity = 1e308 * 10.0;
	local nan = infinity - infinity;
	local t: table[double] of count;
	t[nan] = 1;
	t[nan] = 2;
	t[0.0] = 3;
	t[-0.0] = 4;
	t[infinity] = 5;
	print |t|, t[nan], nan == nan;
	delete t[nan];
	print |t|;
	}
