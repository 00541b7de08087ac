##! The settings of a worker: it analyses traffic and sends what it would log to the loggers.

@prefixes += cluster-worker

# Logs are written elsewhere:
redef Log::enable_local_logging = F;

# they go to the loggers.
redef Log::enable_remote_logging = T;

# What log files there are all the same are replaced once a day
redef Log::default_rotation_interval = 24hrs;

# and not kept.
redef Log::default_rotation_postprocessor_cmd = "delete-log";

@load misc/trim-trace-file

# If packets are recorded at all, then all of them.
redef record_all_packets = T;
