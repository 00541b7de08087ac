const numbers: set[count] = { 1, 2, 3 } &redef;
const words: table[string] of count = { ["a"] = 1, ["b"] = 2 } &redef;
const amount = 5 &redef;

redef numbers -= { 2 };
redef words -= { ["a"] = 1 };
redef amount -= 4;

event bro_init()
	{
	print numbers, words, amount;
	}
