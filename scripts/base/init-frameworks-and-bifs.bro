##! The frameworks that are there in every run, a bare one too.

@load base/frameworks/logging
@load base/frameworks/broker
@load base/frameworks/input
