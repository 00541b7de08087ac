module Sample;

export { type Kind: enum { FIRST, SECOND }; }

event bro_init()
	{
	print FIRST, Sample::SECOND, fmt("%s", FIRST), cat(SECOND), vector(FIRST), [$k=SECOND];
	}
