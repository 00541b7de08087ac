redef Cluster::manager_is_logger = F;
