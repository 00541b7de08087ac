# A value that is missing in an index or among a record's fields is complained about twice.
module Lists;

type Pair: record {
	first: count;
	second: count &optional;
};

global numbers: table[count] of count;

event bro_init()
	{
	local x: count;
	print numbers[x];
	}

event bro_init()
	{
	local x: count;
	numbers[x] = 1;
	}

event bro_init()
	{
	local x: count;
	local p = Pair($first=1, $second=x);
	print p;
	}

event bro_init()
	{
	local x: count;
	print x in numbers, numbers[numbers[1]];
	}

# A vector keeps a hole instead, and an argument is no list.
event bro_init()
	{
	local x: count;
	print fmt("%d", x);
	}
