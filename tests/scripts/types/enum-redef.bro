module Fruit;

export {
	type Kind: enum { APPLE, PEAR };
	redef enum Kind += { PLUM };
}

module Other;

export {
	redef enum Fruit::Kind += { CHERRY, FIG };
}

event bro_init()
	{
	print Fruit::APPLE, Fruit::PLUM, Other::CHERRY, CHERRY;
	print enum_to_int(Fruit::PLUM), enum_to_int(CHERRY), enum_to_int(FIG);
	local k: Fruit::Kind = FIG;
	print k;
	}
