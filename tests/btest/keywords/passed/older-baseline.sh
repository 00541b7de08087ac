# A baseline without its heading has not been through the canonifier yet.
# @TEST-EXEC: echo "at 12:34" >output
# @TEST-EXEC: TEST_DIFF_CANONIFIER="sed 's/[0-9][0-9]*/N/g'" btest-diff output
