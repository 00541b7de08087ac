##! In Zeek 9 this takes ZeroMQ's endpoints from the layout. The backend is not spoken here, so loading it only
##! chooses that backend's name.

@load policy/frameworks/cluster/backend/zeromq
