# @TEST-EXEC: exit 100
# @TEST-EXEC: touch "$TEST_BASE/went-on"
