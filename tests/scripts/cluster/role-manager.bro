# env: CLUSTER_NODE=manager
# env: BROPATH=parts/full
# env: BROCTL_CHECK_CONFIG=1
# A manager beside loggers logs elsewhere.
@load ./parts/role
