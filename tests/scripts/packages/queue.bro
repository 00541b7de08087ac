# What is put in first comes out first; a full queue drops the oldest.

@load base/utils/queue

event bro_init()
	{
	local q = Queue::init([$max_len=3]);

	Queue::put(q, 1);
	Queue::put(q, 2);
	Queue::put(q, 3);
	Queue::put(q, 4);

	local values: vector of count;
	Queue::get_vector(q, values);
	print values, Queue::len(q), Queue::peek(q), Queue::get(q), Queue::len(q);

	local other = Queue::init();
	Queue::put(other, 10);
	Queue::put(other, 11);
	Queue::put(other, 12);

	local merged: vector of count;
	Queue::get_vector(Queue::merge(other, q), merged);
	print merged;
	}
