# env: CLUSTER_NODE=logger-1
# env: BROPATH=parts/full
# env: BROCTL_CHECK_CONFIG=1
# A logger writes the logs and hands them to the archive.
@load ./parts/role
