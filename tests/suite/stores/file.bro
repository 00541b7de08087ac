# A store in a file is there the next time, and leaves nothing beside its file, whatever its options.
#
# @TEST-EXEC: brood run -b %INPUT >output 2>&1
# @TEST-EXEC: brood run -b %INPUT >>output 2>&1
# @TEST-EXEC: ls >>output
# @TEST-EXEC: btest-diff output

@load ./common

event bro_init()
	{
	open_store(Broker::SQLiteOptions());
	}

# @TEST-START-NEXT

@load ./common

event bro_init()
	{
	open_store([$journal_mode=Broker::SQLITE_JOURNAL_MODE_DELETE]);
	}

# @TEST-START-NEXT

@load ./common

event bro_init()
	{
	open_store([$integrity_check=T]);
	}

# @TEST-START-FILE common.bro
# Settings of later releases come with their names.
@load policy/zeek-compat

function open_store(options: Broker::SQLiteOptions)
	{
	local s = Broker::create_master("s", Broker::SQLITE, Broker::BackendOptions($sqlite=options));

	when [s] ( local r = Broker::get(s, "k") )
		{
		print r$status == Broker::SUCCESS ? fmt("had %s", r$result as count) : "had nothing";
		Broker::put(s, "k", 1);
		}
	timeout 10sec { print "no answer"; }
	}
# @TEST-END-FILE
