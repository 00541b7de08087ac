global a: count = 5 &persistent;
global b: set[string] &synchronized;
global c: set[string] &persistent &synchronized &encrypt;

event bro_init() { print a; }
