The keywords may stand anywhere in a line: // @TEST-EXEC: true
# @TEST-EXEC-FAIL: test -e nothing
# @TEST-EXEC-FAIL: exit 7
