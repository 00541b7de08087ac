module M;

export { global f: function(s: string): string; global e: event(n: count); }

module GLOBAL;

function M::f(s: string): string { return "M's f " + s; }

event M::e(n: count) { print "e", n; }

event bro_init()
	{
	print M::f("x");
	event M::e(3);
	}
