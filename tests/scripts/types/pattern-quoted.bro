event bro_init()
	{
	print /"a.b"/ == "a.b", /"a.b"/ == "axb";
	print /"x*"+/ == "x*x*";
	print /"foo"/;
	print /x\"y/ == "x\"y";
	}
