# A condition that fails is an error, and everything wrong behind it is still found.
function broken(): bool
	{
	local v: vector of count = vector();
	return v[3] == 1;
	}

@if ( broken() )
event bro_init() { print "then"; }
@else
event bro_init() { print "else"; }
@endif

@if ( 1 / 0 == 1 )
@endif

global x: count = nowhere;
