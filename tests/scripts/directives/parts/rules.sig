signature sample { payload /x/ }
