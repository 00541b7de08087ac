# @TEST-EXEC: cat folder/numbers empty >output
# @TEST-EXEC: test $(wc -l <%INPUT) -eq 5
# @TEST-EXEC: btest-diff output
@TEST-START-FILE folder/numbers
1
# @TEST-EXEC: false
# @TEST-IGNORE
@TEST-END-FILE
# In between.
@TEST-START-FILE empty
@TEST-END-FILE
# Behind.
