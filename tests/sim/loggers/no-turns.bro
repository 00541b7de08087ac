# Every logger gets each line.
redef Broker::log_topic = Broker::default_log_topic;
