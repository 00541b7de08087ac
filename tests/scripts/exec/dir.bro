# Each file in a directory is told once, those that come later too.
@load base/utils/dir
redef Log::default_writer = Log::WRITER_NONE;
redef exit_only_after_terminate = T;

global path = "/tmp/brood-test-" + unique_id("");

function found(name: string)
	{
	print sub(name, /.*\//, "");

	if ( /a$/ in name )
		close(open(path + "/b"));
	else
		{
		system(fmt("rm -r %s", path));
		terminate();
		}
	}

event bro_init()
	{
	mkdir(path);
	close(open(path + "/a"));
	Dir::monitor(path, found, 20msec);
	}
