redef exit_only_after_terminate = T;

event after() { print "after"; }
event stop() { print "stop"; terminate(); event after(); }

event bro_init() { schedule 1 msec { stop() }; }
event bro_done() { print "done"; }
