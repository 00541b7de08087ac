# @TEST-COPY-FILE: no/such/file
# @TEST-EXEC: true
