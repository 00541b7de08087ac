global even: function(n: count): bool;
global odd: function(n: count): bool;

function even(n: count): bool { return n == 0 ? T : odd(n - 1); }
function odd(n: count): bool { return n == 0 ? F : even(n - 1); }

event bro_init()
	{
	print even(10), odd(7), even(7);
	}
