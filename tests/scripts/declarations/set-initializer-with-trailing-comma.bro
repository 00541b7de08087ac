global s: set[string] = { "a", "b", };
global t: table[count] of string = { [1] = "a", };

event bro_init() { print s, t; }
