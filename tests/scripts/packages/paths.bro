# Paths are joined and simplified.

@load base/utils/paths

event bro_init()
	{
	local paths = vector("/", "a", "/a/../b", "/a/./b//c/", "../a", "../../a", "a/b/../..", "/..", "a//b", "/a/b/../../c",
	                     "./a", "a/..", "../..");

	for ( i in paths )
		print fmt("<%s> <%s>", paths[i], compress_path(paths[i]));

	print build_path("/etc", "passwd"), build_path("/etc", "/passwd"), build_path_compressed("/etc/", "../passwd");
	print extract_path("see \"/var/log/x y\" there"), extract_path("see /a\\ b there"), extract_path("none") == "";
	}
