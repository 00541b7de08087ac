print "before";

global n = 3;
