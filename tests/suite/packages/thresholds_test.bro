# base/utils/thresholds: a threshold counts once.

@load base/utils/thresholds

function test_thresholds()
	{
	local tracker = new_track_count();
	local crossed: vector of count;

	while ( tracker$n < 12 )
		{
		++tracker$n;

		if ( check_threshold(vector(3, 5, 10), tracker) )
			crossed += tracker$n;
		}

	assert cat(crossed) == "[3, 5, 10]" && tracker$index == 3;
	}
