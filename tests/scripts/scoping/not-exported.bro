module First;

global hidden = 2;

function inner(n: count): count { return n; }

type Private: record { n: count; };

module Second;

event bro_init()
	{
	print First::hidden;
	print First::inner(3);
	print First::Private($n=4);
	}
