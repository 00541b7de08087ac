# Commands run while scripts go on; what they wrote is the value of the call.
@load base/utils/exec

event bro_init()
	{
	when ( local a = Exec::run([$cmd="cat; echo two; echo oops >&2", $stdin="one\n"]) )
		{
		print a;

		when ( local b = Exec::run([$cmd="exit 3"]) )
			{
			print b$exit_code, b$signal_exit, b?$stdout;

			when ( local c = Exec::run([$cmd="kill -15 $$", $uid="mine"]) )
				print c$exit_code, c$signal_exit;
			}
		}

	print "later";
	}
