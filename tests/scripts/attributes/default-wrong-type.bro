global t: table[string] of count &default="text";
