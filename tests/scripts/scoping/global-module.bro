module M;

export { global x = "M's"; }

module GLOBAL;

global x = "global";

module M;

event bro_init()
	{
	print x, GLOBAL::x, M::x;
	}
