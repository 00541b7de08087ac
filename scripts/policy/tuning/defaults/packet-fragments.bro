##! Has fragments of packets forgotten after a while, by nodes that capture.

@load base/init-traffic

redef frag_timeout = 5 min;
