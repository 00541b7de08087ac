event bro_init() &priority=-5 { print "second"; }
event bro_init() &priority=+5 { print "first"; }
