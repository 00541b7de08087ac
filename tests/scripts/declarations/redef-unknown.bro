redef nowhere = 5;
