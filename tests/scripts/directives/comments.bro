# a comment
## documentation
##! of the file
global x = 1; ##< documentation behind
# "unterminated
event bro_init() { print x; } # the end
