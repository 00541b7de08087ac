# @TEST-EXEC: printf 'one\nzwei\nthree\n' >output
# @TEST-EXEC: btest-diff output
