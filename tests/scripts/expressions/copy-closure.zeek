# A copy of a closure has copies of what it captured.
type Holder: record {
	call: function(): count &optional;
	n: count &default=0;
};

function counter(n: count): function(): count
	{
	return function[n](): count { ++n; return n; };
	}

event zeek_init()
	{
	local a = counter(10);
	a();
	local b = copy(a);
	print b(), b(), a();

	local v = vector(1);
	local adding = function[v](): count { v += 1; return |v|; };
	local apart = copy(adding);
	print adding(), adding(), apart(), |v|;

	# It may hold itself.
	local holder: Holder;
	holder$call = function[holder](): count { ++holder$n; return holder$n; };
	local other = copy(holder);
	print holder$call(), holder$call(), other$call(), other$n;
	}
