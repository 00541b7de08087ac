global f: function(n: count): count = function(n: count): count { return n + 1; };

event bro_init() { print f(1); }
