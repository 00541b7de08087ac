# @TEST-EXEC: echo "what it printed" >output
# @TEST-EXEC: btest-diff output
