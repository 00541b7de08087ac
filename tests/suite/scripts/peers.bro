##! For nodes that meet at the port of their test: they write no logs and run until they are ended.

@load base/frameworks/broker

redef exit_only_after_terminate = T;
redef Log::default_writer = Log::WRITER_NONE;
redef Broker::default_connect_retry = 100msec;

const test_port = to_port(getenv("PORT"));
