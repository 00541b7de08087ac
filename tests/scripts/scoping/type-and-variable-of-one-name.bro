type thing: record { a: count; };
global thing = 1;
