@if ( Cluster::local_node_type() == Cluster::WORKER )
global on_workers: count = "one";
@endif

@if ( Cluster::node == "worker-2" )
global on_one: count = "two";
@endif

@if ( Cluster::local_node_type() == Cluster::MANAGER || Cluster::local_node_type() == Cluster::PROXY )
global on_some: count = "three";
@endif

@if ( ! Cluster::is_enabled() )
global outside: count = "four";
@endif

global everywhere: count = "five";
