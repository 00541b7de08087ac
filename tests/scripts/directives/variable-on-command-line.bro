# run: run -b %s size=7 M::name=changed
const size = 5 &redef;

module M;

export { const name = "x" &redef; }

event bro_init() { print size, name; }
