type Shape: enum { ROUND, SQUARE };

module M;

event bro_init()
	{
	print ROUND;
	local s: Shape = SQUARE;
	print s;
	}
