type Kind: enum { APPLE = 10 };
redef enum Kind += { PLUM = 20 };

event bro_init() { print PLUM, enum_to_int(PLUM), enum_to_int(APPLE); }
