module M;

export { const c = 2 &redef; }

module N;

redef M::c = 9;

event bro_init() { print M::c; }
