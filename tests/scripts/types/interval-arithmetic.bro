event bro_init()
	{
	local i = 10 mins;
	print i + 5 secs, i - 1 hr, i * 2, i * 0.5, 2 * i, i / 4, i / 2.0;
	print i / 5 mins, type_name(i / 5 mins), type_name(i / 2);
	print i > 9 mins, i == 600 secs, i != 600 secs, i <= 600 secs;
	print -i, +i, |-i|;
	i += 1 min;
	print i;
	i -= 30 secs;
	print i;
	}
