# @TEST-EXEC: grep -v @TEST %INPUT >output
# @TEST-EXEC: btest-diff output
first
# @TEST-START-NEXT
second
# @TEST-EXEC: false
# @TEST-START-NEXT
third
