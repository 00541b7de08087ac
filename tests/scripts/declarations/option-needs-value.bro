option limit: count;
