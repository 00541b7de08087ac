##! Intervals as texts.

## Formats an interval in minutes and seconds.
##
## dur: the interval.
##
## Returns: a text such as "3m34s".
function duration_to_mins_secs(dur: interval): string
	{
	local seconds = double_to_count(interval_to_double(dur));
	return fmt("%dm%ds", seconds / 60, seconds % 60);
	}
