function a() { local n = 1; print n; }
function b() { local n = "b"; print n; }

event bro_init() { a(); b(); }
event bro_init() { local n = 1.5; print n; }
