const limit = 10;
redef limit = 11;
