type Link: record { n: count; next_one: Link &optional; };

event bro_init()
	{
	local head: Link = [$n=0];
	local i = 1;
	while ( i < 100000 )
		{
		head = Link($n=i, $next_one=head);
		++i;
		}
	local other = copy(head);
	local links: set[Link];
	add links[head];
	print head$n, other$n, |cat(head)| > 0, |links|;
	}
