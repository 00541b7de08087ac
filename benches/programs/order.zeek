# Sorting by a comparison function: numbers, strings, and records by a field.
type Job: record {
	name: string;
	cost: int;
};

event zeek_init()
	{
	local jobs: vector of Job;
	local numbers: vector of count;
	local names: vector of string;
	local x = 7;
	local middle: int = 500;
	local i = 0;

	while ( i < 150000 )
		{
		x = (x * 69069 + 1) % 4294967296;
		numbers += x;
		names += fmt("%08x", x);
		jobs += Job($name="job", $cost=x % 1000 - middle);
		++i;
		}

	sort(numbers, function(a: count, b: count): int { return a < b ? -1 : (a > b ? 1 : 0); });
	sort(names, strcmp);
	sort(jobs, function(a: Job, b: Job): int { return b$cost - a$cost; });
	print numbers[0], names[0], jobs[0]$cost, jobs[|jobs| - 1]$cost;
	}
