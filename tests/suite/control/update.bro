# Constants of the controller become those of the controllee.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run node brood run -b frameworks/control/controllee controllee Broker::default_port=$PORT
# @TEST-EXEC: sh ask.sh greeting.bro Control::cmd=configuration_update greeting=hello
# @TEST-EXEC: sh ask.sh Control::cmd=shutdown
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff answered
# @TEST-EXEC: btest-diff node/.stdout

# @TEST-START-FILE greeting.bro
const greeting = "unset" &redef;
# @TEST-END-FILE

# @TEST-START-FILE ask.sh
brood run -b frameworks/control/controller answers Control::host=127.0.0.1 Control::host_port=$PORT "$@" >>answered
# @TEST-END-FILE
