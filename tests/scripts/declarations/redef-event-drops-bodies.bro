event e() { print "first"; }
redef event e() { print "second"; }
event e() { print "third"; }

event bro_init() { event e(); }
