# Handlers take the parameters of the declaration that they name, in its order.
module M;

export {
	global seen: event(host: addr, tag: string, n: count);
	global seen: event(n: count, tag: string);
	global seen: event(host: addr) &deprecated="take n too";
	global seen: event();
	global veto: hook(a: count, b: count);
	global veto: hook(b: count, a: count);
}

event M::seen(host: addr, tag: string, n: count)
	{
	print "canonical", host, tag, n;
	}

event M::seen(h: addr, t: string, number: count)
	{
	print "renamed", h, t, number;
	}

event M::seen(n: count, tag: string) &priority=5
	{
	local host = "free";
	print "two", n, tag, host;
	}

event M::seen(host: addr)
	{
	print "one", host;
	}

event M::seen()
	{
	print "none";
	}

hook veto(a: count, b: count)
	{
	print "in order", a, b;
	}

hook veto(b: count, a: count)
	{
	print "by name", a, b;
	}

event zeek_init()
	{
	event M::seen(10.0.0.1, "x", 3);
	print hook veto(1, 2);
	}
