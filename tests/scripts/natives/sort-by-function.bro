# Elements are ordered by a script's function, however it compares; equal ones keep their places.
type Item: record { name: string; size: count; note: string &optional; };

function by_size(a: Item, b: Item): int
	{
	if ( a$size < b$size )
		return -1;
	if ( a$size > b$size )
		return 1;
	return 0;
	}

function names(items: vector of Item): string
	{
	local result = "";
	for ( i in items )
		result += items[i]$name;
	return result;
	}

event bro_init()
	{
	local items: vector of Item = vector([$name="a", $size=2], [$name="b", $size=1], [$name="c", $size=2], [$name="d", $size=0]);
	print names(sort(copy(items), by_size));
	print names(sort(copy(items), function(a: Item, b: Item): int { return a$size > b$size ? -1 : 1; }));
	print names(sort(copy(items), function(a: Item, b: Item): int { return by_size(b, a); }));
	print order(items, by_size);
	print sort(vector("b", "", "a"), strcmp);
	print sort(vector(1.5, -2.0, 0.0), function(a: double, b: double): int { return a < b ? -1 : (a == b ? 0 : 1); });
	print sort(vector(10.0.0.2, 10.0.0.1), function(a: addr, b: addr): int { return a < b ? -1 : 1; });
	}
