global on_the_path = T;
