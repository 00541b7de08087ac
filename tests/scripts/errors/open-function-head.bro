# The parentheses of a function's head that are not closed cost that function alone.
function a( { }

event bro_init()
	{
	print nowhere;
	}

function b(x: count { print x; }

hook h( ] { }

global z: count = missing;
