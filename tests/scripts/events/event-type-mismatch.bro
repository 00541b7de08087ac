event tell(n: count) { print n; }

event bro_init() { event tell("x"); }
