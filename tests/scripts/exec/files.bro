# Files that a command wrote are read and removed; one that it did not write has no entry.
@load base/utils/exec
# The names of files in messages are others each time.
redef Reporter::errors_to_stderr = F;

global path = "/tmp/brood-test-" + unique_id("");

event bro_init()
	{
	local a = path + "_a";
	local b = path + "_b";
	local c = path + "_c";
	local cmd = fmt("printf 'one\\ntwo' > %s; : > %s", a, b);

	when ( local result = Exec::run([$cmd=cmd, $read_files=set(a, b, c)]) )
		{
		print result$files[a], result$files[b], c in result$files;
		print file_size(a), file_size(b);
		}
	}
