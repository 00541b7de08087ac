event bro_init() { print "init"; }
event bro_done() { print "done"; }
event bro_done() &priority=5 { print "done first"; }
