# Observations boil down to results at the end of an epoch, and thresholds are crossed once.

@load base/frameworks/sumstats

redef exit_only_after_terminate = T;

event bro_init()
	{
	local r = SumStats::Reducer($stream="lengths", $apply=set(SumStats::SUM, SumStats::STD_DEV, SumStats::MIN,
	                            SumStats::MAX, SumStats::UNIQUE, SumStats::LAST), $num_last_elements=2);

	SumStats::create([$name="test", $epoch=100msec, $reducers=set(r),
		$threshold=10.0,
		$threshold_val=function(key: SumStats::Key, result: SumStats::Result): double
			{
			return result["lengths"]$sum;
			},
		$threshold_crossed=function(key: SumStats::Key, result: SumStats::Result)
			{
			print "crossed", SumStats::key2str(key), result["lengths"]$sum;
			},
		$epoch_result=function(ts: time, key: SumStats::Key, result: SumStats::Result)
			{
			local rv = result["lengths"];
			print SumStats::key2str(key), rv$num, rv$sum, rv$average, rv$variance, rv$std_dev, rv$min, rv$max, rv$unique;
			print SumStats::get_last(rv);
			},
		$epoch_finished=function(ts: time)
			{
			print "finished";
			terminate();
			}]);

	local n = 0;

	while ( n <= 8 )
		{
		SumStats::observe("lengths", [$host=1.2.3.4], [$num=n]);
		n += 2;
		}

	SumStats::observe("lengths", [$str="x", $host=5.6.7.8], [$dbl=0.5]);
	SumStats::observe("elsewhere", [$str="x"], [$num=1]);
	}
