@load-plugin Demo::Plugin

event bro_init() { print "x"; }
