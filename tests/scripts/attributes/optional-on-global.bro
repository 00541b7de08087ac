global a: count &optional;
