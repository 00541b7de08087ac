# Names cannot break a picture.
#
# @TEST-EXEC: for form in svg dot; do brood graph %INPUT -o picture.$form; done
# @TEST-EXEC: btest-diff picture.svg
# @TEST-EXEC: btest-diff picture.dot

redef Cluster::nodes = {
	["<a&b>\""] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=1/tcp],
};
