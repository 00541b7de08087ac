print Cluster::node;
