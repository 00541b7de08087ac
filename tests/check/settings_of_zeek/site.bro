@load base/frameworks/cluster

redef Cluster::stores += {
	["notes"] = [$options=[$sqlite=[$path="notes.sqlite", $journal_mode=Broker::SQLITE_JOURNAL_MODE_WAL]]],
};
