##! Watches directories for files that come.

@load base/utils/exec
@load base/frameworks/reporter
@load base/utils/paths

module Dir;

export {
	## How often a directory is looked at where nothing else is said.
	option polling_interval = 30sec;

	## Calls a function for each file in a directory, and for each that comes later. A file that goes and comes again
	## counts as new.
	##
	## dir: the directory.
	##
	## callback: called with the file's path.
	##
	## poll_interval: how often to look.
	global monitor: function(dir: string, callback: function(fname: string),
	                         poll_interval: interval &default=polling_interval);
}

event Dir::monitor_ev(dir: string, last_files: set[string], callback: function(fname: string),
                      poll_interval: interval)
	{
	when ( local listing = Exec::run([$cmd=fmt("ls -1 \"%s/\"", str_shell_escape(dir))]) )
		{
		if ( listing$exit_code != 0 )
			{
			Reporter::warning(fmt("Requested monitoring of non-existent directory (%s).", dir));
			return;
			}

		local names: vector of string = vector();

		if ( listing?$stdout )
			names = listing$stdout;

		local current_files: set[string] = set();

		for ( i in names )
			{
			add current_files[names[i]];

			if ( names[i] !in last_files )
				callback(build_path_compressed(dir, names[i]));
			}

		schedule poll_interval { Dir::monitor_ev(dir, current_files, callback, poll_interval) };
		}
	}

function monitor(dir: string, callback: function(fname: string),
                 poll_interval: interval &default=polling_interval)
	{
	event Dir::monitor_ev(dir, set(), callback, poll_interval);
	}
