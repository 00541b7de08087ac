# A directory that is not there is a warning.
@load base/utils/dir
redef Log::default_writer = Log::WRITER_NONE;

function found(name: string)
	{
	}

event bro_init()
	{
	Dir::monitor("parts/none", found);
	}
