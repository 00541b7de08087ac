# env: CLUSTER_NODE=proxy-1
# env: BROPATH=parts/full
# env: BROCTL_CHECK_CONFIG=1
# A proxy logs elsewhere.
@load ./parts/role
