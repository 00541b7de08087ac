module A;

export { global A::x = 1; global B::y = 2; }

event bro_init()
	{
	print x, A::x, B::y;
	}
