function f(): count { return 1; }
function f(): count { return 2; }
