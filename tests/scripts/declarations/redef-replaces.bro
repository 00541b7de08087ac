const s: set[count] = { 1, 2 } &redef;
redef s = { 3 };

event bro_init() { print s; }
