event last() { print "last"; }
event bro_done() { print "done"; event last(); }
