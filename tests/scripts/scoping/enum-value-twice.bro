type A: enum { ONE };
type B: enum { ONE };
