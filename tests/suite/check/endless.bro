# A script that loops while it loads is given up.
#
# @TEST-EXEC: brood check -b --timeout 1 endless.bro >output 2>&1; echo "status $?" >>output
# @TEST-EXEC: btest-diff output

function f(): bool
	{
	while ( T ) { }
	return T;
	}

@if ( f() )
@endif
