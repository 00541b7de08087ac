# @TEST-KNOWN-FAILURE: nobody has mended it yet
# @TEST-EXEC: echo "on purpose" >&2; false
