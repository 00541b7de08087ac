const numbers: set[count] = { 1 } &redef;
const words: table[string] of count = { ["a"] = 1 } &redef;
const list: vector of string = vector("p") &redef;
const amount = 5 &redef;
const text = "x" &redef;
const find = /one/ &redef;

redef numbers += { 2, 3 };
redef words += { ["b"] = 2 };
redef list += { "q" };
redef amount += 4;
redef text += "y";
redef find += /two/;

event bro_init()
	{
	print numbers, words, list, amount, text, find == "two", find == "one";
	}
