# Handlers of Bro's and of Zeek's name for one event run in one order, by priority and then as they were read.
event bro_init() &priority=5 { print "bro_init 5"; }
event zeek_init() { print "zeek_init 0"; }
event bro_init() { print "bro_init 0"; }
event zeek_init() { print "zeek_init 0 again"; }
event zeek_init() &priority=10 { print "zeek_init 10"; }
event bro_init() &priority=-5 { print "bro_init -5"; }
event zeek_done() &priority=-1 { print "zeek_done -1"; }
event bro_done() { print "bro_done 0"; }
event zeek_done() &priority=1 { print "zeek_done 1"; }
