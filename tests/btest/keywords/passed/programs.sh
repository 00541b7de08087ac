# @TEST-NOT-ALTERNATIVE: other
# The interpreter is there by its names.
# @TEST-EXEC: bro -b %INPUT | grep -q 'hello from bro'
# @TEST-EXEC: zeek -b %INPUT | grep -q 'hello from bro'
# @TEST-EXEC: brood run -b %INPUT | grep -q 'hello from bro'
print "hello from bro";
