@deprecated use something newer

event bro_init() { print "old"; }
