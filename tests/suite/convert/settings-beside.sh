# Settings are found beside the node.cfg: those of ZeekControl before those of BroControl.
#
# @TEST-EXEC: cp $PROJECT/tests/convert/cluster.cfg node.cfg
# @TEST-EXEC: echo "BroPort = 1000" >broctl.cfg
# @TEST-EXEC: brood convert node.cfg >output
# @TEST-EXEC: echo "ZeekPort = 2000" >zeekctl.cfg
# @TEST-EXEC: brood convert node.cfg >>output
# @TEST-EXEC: btest-diff output
