# @TEST-REQUIRES: true
# @TEST-REQUIRES: no-such-program-anywhere
# @TEST-EXEC: false
