# env: CLUSTER_NODE=worker-1
# env: BROPATH=parts/full
# env: BROCTL_CHECK_CONFIG=1
# A worker logs elsewhere and would record all packets.
@load ./parts/role
