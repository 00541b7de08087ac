# @TEST-EXEC: btest-diff nothing
