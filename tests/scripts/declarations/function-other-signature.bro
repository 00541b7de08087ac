global f: function(a: count): count;
function f(a: string): count { return 1; }
