# @TEST-REQUIRES: test -n "$WORD"
# @TEST-REQUIRES: which btest-diff
# @TEST-EXEC: true
