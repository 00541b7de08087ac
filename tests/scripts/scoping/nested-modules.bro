module Outer::Inner;

export { global x = 1; }

module GLOBAL;

event bro_init() { print Outer::Inner::x; }
