# What cannot be checked is refused.
#
# @TEST-EXEC: mkdir empty two
# @TEST-EXEC: cp one.bro two/cluster-layout.bro
# @TEST-EXEC: brood check nothing >>output 2>&1; echo "status $?" >>output
# @TEST-EXEC: brood check empty 2>told; echo "status $?" >>told; sed "s|$PWD.*|HERE|" told >>output
# @TEST-EXEC: brood check one.bro two >>output 2>&1; echo "status $?" >>output
# @TEST-EXEC: btest-diff output

# @TEST-START-FILE one.bro
redef Cluster::nodes += {};
# @TEST-END-FILE
