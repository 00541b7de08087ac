global old: event(n: count) &deprecated;

event old(n: count) { print n; }

event bro_init() { event old(1); }
