# A directory that is not there is a warning.
@load base/utils/dir

function found(name: string)
	{
	}

event bro_init()
	{
	Dir::monitor("parts/none", found);
	}
