global tell: event(n: count, s: string &default="default");
global ask: hook(n: count &default=9);

event tell(n: count, s: string) { print n, s; }
hook ask(n: count) { print n; }

event bro_init()
	{
	event tell(1);
	event tell(2, "given");
	hook ask();
	}
