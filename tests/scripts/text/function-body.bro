# A function, event or hook prints as its name and its bodies.
module M;

type Range: record {
	low: count;
	high: count &default=9;
};

global seen: table[count, string] of count;

function classify(n: count, tag: string): string
	{
	local total: count;
	local limit = 3;
	if ( n == limit )
		print "limit", tag;
	else if ( (n > limit) )
		{
		total = n + 1;
		}
	else
		;
	for ( [i, s] in seen )
		{
		seen[i, s] = 4;
		next;
		}
	while ( limit < n )
		++limit;
	switch ( n ) {
		case 1, 2:
			print 1;
			break;
		case 3:
			fallthrough;
		default:
			return "many";
	}
	local r: Range = [$low=3];
	when ( |seen| > 2 )
		{
		print "full";
		}
	timeout 3sec
		{
		print "tired";
		}
	schedule 1min { bro_done() };
	delete seen[1, "a"];
	return cat(r$high, r?$low, n > 3 ? 1 : 2, /abc/);
	}

function nothing()
	{
	}

hook ready(n: count) &priority=2
	{
	break;
	}

hook ready(n: count)
	{
	print n;
	}

event bro_init()
	{
	print classify;
	print nothing;
	print ready;
	print bro_done;
	print to_upper;
	print function(n: count) { print n; };
	print |fmt("%s", nothing)|, [$low=1, $high=2] as Range;
	}
