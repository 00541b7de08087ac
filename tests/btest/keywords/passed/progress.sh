# @TEST-EXEC: btest-progress -T the first stage
# @TEST-EXEC: btest-progress -q the second stage
# @TEST-EXEC: echo "said in passing" >>$TEST_VERBOSE
# @TEST-EXEC: grep -q -- '-- the first stage$' .stdout
# @TEST-EXEC-FAIL: grep -q 'second' .stdout
# @TEST-EXEC-FAIL: btest-progress
