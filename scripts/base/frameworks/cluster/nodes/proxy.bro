##! The settings of a proxy: it holds state for the workers and writes no logs.

@prefixes += cluster-proxy

# It keeps state in step between its peers and passes no events on.
redef forward_remote_events = F;
redef forward_remote_state_changes = T;

# Logs are written elsewhere:
redef Log::enable_local_logging = F;

# they go to the loggers.
redef Log::enable_remote_logging = T;

# What log files there are all the same are replaced once a day
redef Log::default_rotation_interval = 24hrs;

# and not kept.
redef Log::default_rotation_postprocessor_cmd = "delete-log";
