function f(): count { return; }
