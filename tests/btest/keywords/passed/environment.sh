# @TEST-DOC: Commands have the variables of the configuration, and those of the test.
# @TEST-GROUP: environment
# @TEST-NOT-ALTERNATIVE: other
# @TEST-EXEC: bash %INPUT

set -e
test "$WORD" = abcd
test "$PERCENT" = "100%"
test "$PRINTED" = "one two"
test "$LINES_OF_TEXT" = "first
second"
test "$SOMETHING" = there
test "$TEST_NAME" = passed.environment
test "$TEST_PART" = 1
test "$(pwd -P)" = "$(cd "$TEST_BASE/.tmp/passed.environment" && pwd -P)"
test "$TEST_BASELINE" = "$TEST_BASE/Baseline/$TEST_NAME:$TEST_BASE/Baseline.old/$TEST_NAME"
test "$TEST_DIAGNOSTICS" = "$TEST_BASE/.tmp/$TEST_NAME/.diag"
test "$TEST_VERBOSE" = "$TEST_BASE/.tmp/$TEST_NAME/.verbose"
test "$TEST_MODE" = TEST -o "$TEST_MODE" = UPDATE
