# What hooks are told of the calls that led to an assertion, as in Zeek 8: arguments as they were passed.

type Job: record { id: count; };
type Color: enum { RED, GREEN };

global handled: event(job: Job, again: bool &default=F);
global doubled: function(n: int, name: string &default="two"): int;
global checked: hook(names: set[string]);

hook assertion_failure(cond: string, msg: string, bt: Backtrace)
	{
	for ( i in bt )
		{
		print fmt("%d %s%s", i, bt[i]$function_name, bt[i]?$line_location ? fmt(":%d", bt[i]$line_location) : "");
		for ( j in bt[i]$function_args )
			{
			local argument = bt[i]$function_args[j];
			print fmt("  %s: %s", argument$name, argument$type_name),
			      argument?$default_val ? cat(argument$default_val) : "no default",
			      argument?$value ? cat(argument$value) : "no value";
			}
		}
	}

function nothing() { assert F; }

hook checked(other_name: set[string])
	{
	nothing();
	}

function doubled(n: int, name: string): int
	{
	local plain = 1.5;
	n += 2;
	name = "changed";
	hook checked(set(name));
	assert n == 3 && plain > 1.0;
	return n;
	}

event handled(job: Job, again: bool)
	{
	local check = function(color: Color, jobs: vector of Job) { doubled(+2); assert color == RED; };
	check(RED, vector(job));
	}

event bro_init()
	{
	event handled([$id=7]);
	nothing();
	}
