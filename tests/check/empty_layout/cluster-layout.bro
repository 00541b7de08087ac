# Nodes are still to come.
redef Cluster::manager_is_logger = T;
