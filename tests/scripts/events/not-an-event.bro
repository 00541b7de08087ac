function f() { }

event bro_init() { event f(); }
