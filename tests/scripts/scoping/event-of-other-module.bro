module A;

export { global tell: event(s: string); }

event tell(s: string) { print "A", s; }

module B;

event A::tell(s: string) { print "B", s; }

event bro_init()
	{
	event A::tell("x");
	}
