# @TEST-COPY-FILE: ${DATA}/copied.data
# @TEST-COPY-FILE: bin/louder
# @TEST-EXEC: grep -q along copied.data
# @TEST-EXEC: test -x louder
