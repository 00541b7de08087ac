# @TEST-PORT: SECOND_PORT
# @TEST-PORT: FIRST_PORT
# @TEST-SERIALIZE: ports
# @TEST-EXEC: echo "$FIRST_PORT" | grep -qE '^[0-9]+/tcp$'
# @TEST-EXEC: echo "$SECOND_PORT" | grep -qE '^[0-9]+/tcp$'
# @TEST-EXEC: test "$FIRST_PORT" != "$SECOND_PORT"
