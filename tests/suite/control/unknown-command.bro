# A command that nobody knows is an error.
#
# @TEST-PORT: PORT
# @TEST-EXEC: bro -b frameworks/control/controller Control::host=127.0.0.1 Control::host_port=$PORT Control::cmd=dance 2>output
# @TEST-EXEC: btest-diff output
