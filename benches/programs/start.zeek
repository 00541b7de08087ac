# Start-up alone: the cluster framework is loaded and nothing is done.
@load base/frameworks/cluster
