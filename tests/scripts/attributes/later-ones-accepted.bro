global a = 1 &is_used;
global b: table[string] of count &ordered;
type R: record { x: count &is_assigned; y: count &optional &is_set; };
event bro_init() &is_used { local l = 5 &is_used; print a; }
event bro_init() &group="tests" { print "grouped"; }
