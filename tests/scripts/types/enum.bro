type Color: enum { RED, GREEN, BLUE };
type Level: enum { LOW = 1, MIDDLE = 5, HIGH = 10, };

event bro_init()
	{
	local c: Color = GREEN;
	print c, RED, type_name(c);
	print c == GREEN, c != RED;
	print enum_to_int(RED), enum_to_int(BLUE), enum_to_int(MIDDLE), enum_to_int(HIGH);
	local uninitialized: Color;
	print fmt("%s", LOW), fmt("%d", HIGH);
	}
