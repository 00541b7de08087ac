function f(): count { return "text"; }
