# Where two tiers have many connections they are one arrow.
#
# @TEST-EXEC: sh %INPUT >layout.bro
# @TEST-EXEC: for form in dot mmd; do brood graph layout.bro -o picture.$form; done
# @TEST-EXEC: btest-diff picture.dot
# @TEST-EXEC: btest-diff picture.mmd

echo 'redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=1000/tcp],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=1001/tcp, $manager="manager"],'
for number in $(seq 10 69); do
    echo '	["worker-'$number'"] = [$node_type=Cluster::WORKER, $ip=10.0.1.'$number', $p=1002/tcp, $manager="manager"],'
done
echo '};'
