# @TEST-EXEC: test %INPUT = "$TEST_BASE/.tmp/passed.macros/macros.sh"
# @TEST-EXEC: test %DIR = "$TEST_BASE/passed"
# @TEST-EXEC: test -f %DIR/macros.sh
# @TEST-EXEC: cmp %INPUT %DIR/macros.sh
