# @TEST-REQUIRES: which ps
# @TEST-EXEC: btest-setsid sh -c 'test "$(ps -o sid= -p $$ | tr -d " ")" = $$'
