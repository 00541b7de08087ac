# Records that hold themselves can be hashed, compared and sorted.
type R: record { n: count; again: R &optional; };

function cyclic(n: count): R
	{
	local r = R($n=n);
	r$again = r;
	return r;
	}

event bro_init()
	{
	local s: set[R] = set();
	add s[cyclic(1)];
	print |s|, cyclic(1) in s;
	print md5_hash(cyclic(1)) == md5_hash(cyclic(1)), md5_hash(cyclic(1)) == md5_hash(cyclic(2));
	print fnv1a32(cyclic(1)) == fnv1a32(cyclic(1));

	local v = vector(cyclic(2), cyclic(1));
	sort(v, function(x: R, y: R): int { return x$n < y$n ? -1 : 1; });
	print v[0]$n, v[1]$n;
	}
