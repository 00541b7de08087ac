# @TEST-EXEC: btest-bg-run one "trap 'echo asked; exit 0' TERM; while true; do sleep 0.05; done"
# @TEST-EXEC: btest-bg-wait -k 1
# @TEST-EXEC: test -e one/.timeout
# @TEST-EXEC: grep -q asked .stdout
# @TEST-EXEC: grep -q 'trap' .timeout
