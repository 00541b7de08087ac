# @TEST-EXEC: echo "why it failed" >&2
# @TEST-EXEC: exit 3
# @TEST-EXEC: touch "$TEST_BASE/must-not-be"
