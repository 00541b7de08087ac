##! Counting with several thresholds, each of which counts once: to act on the 10th and the 100th time, say, and not in
##! between. Keep a `TrackCount`, count in its `n` and ask `check_threshold`.

module GLOBAL;

export {
	## A counter and how far it got.
	type TrackCount: record {
		n: count &default=0;	##< How often something happened.
		index: count &default=0;	##< The next threshold's position.
	};

	## The thresholds of `default_check_threshold`.
	const default_notice_thresholds: vector of count = {
		30, 100, 1000, 10000, 100000, 1000000, 10000000,
	} &redef;

	## Tells whether a counter crossed its next threshold, and goes on to the one after it.
	##
	## v: the thresholds, ascending.
	##
	## tracker: the counter.
	##
	## Returns: whether it did.
	global check_threshold: function(v: vector of count, tracker: TrackCount): bool;

	## Does what `check_threshold` does, with `default_notice_thresholds`.
	##
	## tracker: the counter.
	##
	## Returns: whether it crossed its next threshold.
	global default_check_threshold: function(tracker: TrackCount): bool;
}

## Makes a counter that stands at zero.
##
## Returns: the counter.
function new_track_count(): TrackCount
	{
	return TrackCount();
	}

function check_threshold(v: vector of count, tracker: TrackCount): bool
	{
	if ( tracker$index >= |v| || tracker$n < v[tracker$index] )
		return F;

	++tracker$index;
	return T;
	}

function default_check_threshold(tracker: TrackCount): bool
	{
	return check_threshold(default_notice_thresholds, tracker);
	}
