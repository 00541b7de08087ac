# A broken file is reported and stays, unless it is to be deleted.
#
# @TEST-EXEC: mkdir -p some/where
# @TEST-EXEC: echo "this is not a database, but it is long enough to be one" >some/where/s.sqlite
# @TEST-EXEC: bro -b broken-file.bro >output 2>&1
# @TEST-EXEC: cat some/where/s.sqlite >>output
# @TEST-EXEC: bro -b broken-file.bro mode=Broker::SQLITE_FAILURE_MODE_DELETE >>output 2>&1
# @TEST-EXEC: bro -b broken-file.bro >>output 2>&1
# @TEST-EXEC: btest-diff output

# Settings of later releases come with their names.
@load policy/zeek-compat

const mode = Broker::SQLITE_FAILURE_MODE_FAIL &redef;

event bro_init()
	{
	local options = Broker::SQLiteOptions($path="some/where/s.sqlite", $failure_mode=mode);
	local s = Broker::create_master("s", Broker::SQLITE, Broker::BackendOptions($sqlite=options));

	when [s] ( local r = Broker::get(s, "k") )
		{
		print r$status == Broker::SUCCESS ? fmt("had %s", r$result as count) : "had nothing";
		Broker::put(s, "k", 1);
		}
	timeout 10sec { print "no answer"; }
	}
