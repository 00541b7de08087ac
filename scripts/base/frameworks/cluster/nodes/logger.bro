##! The settings of a logger: others connect to it and it writes their logs. A manager that is its own logger
##! gets them too.

@prefixes += cluster-logger

# Logs are written here,
redef Log::enable_local_logging = T;

# and nowhere else.
redef Log::enable_remote_logging = F;

# Log files are closed and replaced every hour,
redef Log::default_rotation_interval = 1 hrs;

# and alarms are mailed once a day.
redef Log::default_mail_alarms_interval = 24 hrs;

# Closed log files are moved to the archive.
redef Log::default_rotation_postprocessor_cmd = "archive-log";

# Nearly all its work comes from other nodes.
redef max_remote_events_processed = 10000;
