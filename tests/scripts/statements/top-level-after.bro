global n = 3;

print "n is", n;

if ( n == 3 )
	print "three";

for ( i in vector(1, 2) )
	print i;
