# What cannot be drawn is said.
#
# @TEST-EXEC: brood graph refusals.bro -o x.png >>output 2>&1; echo "status $?" >>output
# @TEST-EXEC: brood graph refusals.bro >>output 2>&1; echo "status $?" >>output
# @TEST-EXEC: brood graph missing.bro 2>told; echo "status $?" >>told; grep -o "can't.*\|status.*" told >>output
# @TEST-EXEC: brood graph refusals.bro -o no/such/folder.svg >>output 2>&1; echo "status $?" >>output
# @TEST-EXEC: brood graph $PROJECT/examples/cluster/cluster-layout.bro -o no/such/folder.svg >>output 2>&1; echo "status $?" >>output
# @TEST-EXEC: btest-diff output

print 1;
