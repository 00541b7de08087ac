# Every command of a controller is answered.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run node brood run -b frameworks/control/controllee controllee Broker::default_port=$PORT
# @TEST-EXEC: sh ask.sh Control::cmd=id_value Control::arg=greeting
# @TEST-EXEC: sh ask.sh Control::cmd=id_value Control::arg=nothing
# @TEST-EXEC: sh ask.sh Control::cmd=peer_status
# @TEST-EXEC: sh ask.sh Control::cmd=net_stats
# @TEST-EXEC: sh ask.sh Control::cmd=shutdown
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: sed 's/^[0-9.]* /TIME /; s/peer=[^ ]*/peer=ID/; s/::ffff://' answered >output
# @TEST-EXEC: btest-diff output
# @TEST-EXEC: btest-diff node/.stdout

# @TEST-START-FILE ask.sh
brood run -b frameworks/control/controller answers Control::host=127.0.0.1 Control::host_port=$PORT "$@" >>answered
# @TEST-END-FILE
