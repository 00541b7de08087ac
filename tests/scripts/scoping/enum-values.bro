module A;

export { type E: enum { ONE, TWO }; }

module B;

export { type E: enum { ONE, THREE }; }

event bro_init()
	{
	print ONE, A::ONE, THREE, A::TWO;
	}
