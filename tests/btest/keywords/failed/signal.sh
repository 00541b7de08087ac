# @TEST-EXEC: kill -9 $$
