module M;

export {
	global f: function(a: count, b: string &default="x"): bool;
	global ev: event(a: addr);
	global hk: hook(s: string);
}

function f(a: count, b: string): bool { return T; }

event ev(a: addr) { }

hook hk(s: string) { }

event bro_init()
	{
	print f;
	print ev;
	print hk;
	print fmt;
	print function(x: count): count { return x; };
	}
