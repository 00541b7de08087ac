# @TEST-ALTERNATIVE: other
# @TEST-EXEC: test "$WORD" = another
# @TEST-EXEC: test -z "$SOMETHING"
# @TEST-EXEC: cat %INPUT | grep -q "IN CAPITALS"
# @TEST-EXEC: test hello = good"bye"
in capitals
