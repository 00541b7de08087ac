global worker_only: count = "y";
