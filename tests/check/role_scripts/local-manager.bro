global manager_only: count = "x";
