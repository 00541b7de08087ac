# @TEST-EXEC: btest-bg-run good true
# @TEST-EXEC: btest-bg-run bad exit 3
# @TEST-EXEC: btest-bg-wait 10
