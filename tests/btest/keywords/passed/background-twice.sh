# @TEST-EXEC: btest-bg-run one true
# @TEST-EXEC-FAIL: btest-bg-run one true
# @TEST-EXEC-FAIL: btest-bg-run one
# @TEST-EXEC-FAIL: btest-bg-wait
# @TEST-EXEC: btest-bg-wait 10
