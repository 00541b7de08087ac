# Every form of picture shows every node and how they connect.
#
# @TEST-EXEC: for form in svg txt dot mmd; do brood graph $PROJECT/examples/cluster/cluster-layout.bro -o picture.$form; done
# @TEST-EXEC: btest-diff picture.svg
# @TEST-EXEC: btest-diff picture.txt
# @TEST-EXEC: btest-diff picture.dot
# @TEST-EXEC: btest-diff picture.mmd
# @TEST-EXEC: brood graph $PROJECT/examples/cluster/cluster-layout.bro >shown
# @TEST-EXEC: cmp shown picture.txt
