event bro_init() { print /(a{1000}){1000}/ == "a"; }
