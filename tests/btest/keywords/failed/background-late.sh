# @TEST-EXEC: btest-bg-run late sleep 60
# @TEST-EXEC: btest-bg-wait 0
