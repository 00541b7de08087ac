const site_name = "here" &redef;
