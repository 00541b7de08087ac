function say(s: string): string { print fmt("evaluated %s", s); return s; }

event bro_init()
	{
	local x = 5;
	print x > 3 ? "big" : "small", x > 9 ? "big" : "small";
	print T ? say("left") : say("right");
	print type_name(T ? 1 : 2.5), F ? 1 : 2.5;
	print vector(T, F, T) ? vector(1, 2, 3) : vector(10, 20, 30);
	}
