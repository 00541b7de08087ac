# @TEST-EXEC: echo "at 12:34" >output
# @TEST-EXEC: TEST_DIFF_CANONIFIER="sed 's/[0-9][0-9]*/N/g'" btest-diff output
# @TEST-EXEC: mkdir folder; printf 'one\r\ntwo\r\n' >folder/ends
# @TEST-EXEC: btest-diff folder/ends
# @TEST-EXEC: printf 'a\000b' >bytes
# @TEST-EXEC: btest-diff --binary bytes
# @TEST-EXEC: printf 'A  b\n' >loose; btest-diff loose -i -w
