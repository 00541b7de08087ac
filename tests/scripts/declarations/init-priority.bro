event bro_init() &priority=5 { print "five"; }
event zeek_init() &priority=10 { print "ten"; }
event bro_init() &priority=-5 { print "minus five"; }
event zeek_init() { print "zero"; }
