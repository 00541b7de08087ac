# One report for a function whose head has an error, none for its calls.
function broken(n: count, m: nowhere): count
	{
	return n;
	}

event bro_init()
	{
	print broken(1, 2), broken(3, 4);
	}
