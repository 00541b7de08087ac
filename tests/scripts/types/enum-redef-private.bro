module Fruit;

export {
	type Kind: enum { APPLE, PEAR };
}

redef enum Kind += { PLUM };

module Other;

event bro_init()
	{
	print Fruit::PLUM;
	}
