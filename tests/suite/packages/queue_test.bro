# base/utils/queue: what is put in first comes out first.

@load base/utils/queue

global numbers: Queue::Queue;

function all(q: Queue::Queue): string
	{
	local values: vector of count;
	Queue::get_vector(q, values);
	return cat(values);
	}

function setup()
	{
	numbers = Queue::init([$max_len=3]);
	Queue::put(numbers, 1);
	Queue::put(numbers, 2);
	Queue::put(numbers, 3);
	}

function test_order()
	{
	assert (Queue::peek(numbers) as count) == 1 && Queue::len(numbers) == 3;
	assert (Queue::get(numbers) as count) == 1 && Queue::len(numbers) == 2;
	assert all(numbers) == "[2, 3]";
	}

function test_a_full_queue_drops_the_oldest()
	{
	Queue::put(numbers, 4);
	assert all(numbers) == "[2, 3, 4]";
	}

function test_merging_takes_turns()
	{
	local other = Queue::init();
	Queue::put(other, 10);
	Queue::put(other, 11);
	Queue::get(numbers);
	assert all(Queue::merge(other, numbers)) == "[10, 2, 11, 3]";
	Queue::put(other, 12);
	assert all(Queue::merge(other, numbers)) == "[10, 2, 11, 3, 12]", "the longer one goes on";
	}
