# The name of what is written tells the form. What was written is read again: the layout, all the way round.
#
# @TEST-EXEC: for name in cluster-layout.bro x.node.cfg compose.yaml x.json x.dot; do brood convert $PROJECT/tests/convert/cluster.cfg -o $name >>shown 2>&1; head -n 1 $name >>begins; done
# @TEST-EXEC: btest-diff shown
# @TEST-EXEC: btest-diff begins
# @TEST-EXEC: brood convert cluster-layout.bro >node.cfg
# @TEST-EXEC: brood convert node.cfg | cmp - cluster-layout.bro
