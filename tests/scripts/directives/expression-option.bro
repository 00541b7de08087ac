# run: run -b -e print(1+2); %s
event bro_init() { print "file"; }
