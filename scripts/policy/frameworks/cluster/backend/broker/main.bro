##! Joins the nodes of a cluster by peerings between them. Zeek from 8.1 on wants this chosen; here it is what
##! happens without a choice, so loading this only states it.

@load base/frameworks/cluster/types

redef Cluster::backend = Cluster::CLUSTER_BACKEND_BROKER;
