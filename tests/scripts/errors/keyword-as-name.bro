global event = 5;
