event bro_init()
	{
	local yes = T;
	local no: bool;
	no = F;
	print yes, no, ! yes, ! no;
	print yes && no, yes || no, yes == no, yes != no;
	}
