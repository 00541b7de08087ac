# Standard input is taken for what it says that it is.
#
# @TEST-EXEC: for name in cluster.cfg single.conf layout.bro networks.cfg; do brood convert - <$PROJECT/tests/convert/$name >$name; head -n 1 $name >>begins; done
# @TEST-EXEC: btest-diff begins
