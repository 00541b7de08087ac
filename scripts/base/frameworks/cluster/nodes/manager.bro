##! The settings of a manager: the workers connect to it and tell it what they found.

@prefixes += cluster-manager

# Logs are written elsewhere:
redef Log::enable_local_logging = F;

# they go to the loggers.
redef Log::enable_remote_logging = T;

# What log files there are all the same are replaced once a day
redef Log::default_rotation_interval = 24 hrs;

# and not kept.
redef Log::default_rotation_postprocessor_cmd = "delete-log";

# Nearly all its work comes from other nodes.
redef max_remote_events_processed = 10000;
