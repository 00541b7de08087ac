type First: enum { A = 3, B, C = 10 };
type Second: enum { X, Y = 7 };
