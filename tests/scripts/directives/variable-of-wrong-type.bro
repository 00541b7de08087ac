# run: run -b %s size=text
const size = 5 &redef;

event bro_init() { print size; }
