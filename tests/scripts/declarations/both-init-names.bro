event zeek_init() { print "zeek_init"; }
event bro_init() { print "bro_init"; }
event zeek_done() { print "zeek_done"; }
event bro_done() { print "bro_done"; }
