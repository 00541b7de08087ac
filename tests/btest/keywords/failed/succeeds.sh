# @TEST-EXEC-FAIL: true
