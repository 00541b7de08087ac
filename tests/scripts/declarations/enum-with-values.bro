type E: enum { A = 3, B, C = 10, D };
