# env: CLUSTER_NODE=manager
# env: BROPATH=parts/small
# env: BROCTL_CHECK_CONFIG=1
# A manager without loggers is one itself.
@load ./parts/role
