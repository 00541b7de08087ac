# @TEST-EXEC: btest-bg-run one "echo out; echo error >&2"
# @TEST-EXEC: btest-bg-run two VALUE=5 sh -c "'echo \$VALUE; pwd'"
# @TEST-EXEC: btest-bg-wait 10
# @TEST-EXEC: grep -q '^<<< \[[0-9]*\] echo out; echo error >&2$' .stdout && grep -q '^out$' .stdout
# @TEST-EXEC: grep -q '^error$' .stderr
# @TEST-EXEC: test "$(head -n 1 two/.stdout)" = 5
# @TEST-EXEC: test "$(tail -n 1 two/.stdout)" = "$(pwd)/two"
