// Objects whose fields are to be named: each line that is marked has one access.
#include <stdint.h>
#include <stdlib.h>

struct list_head {
	struct list_head *next, *prev;
};

struct channel {
	uint32_t number;
	struct list_head queued;
	struct {
		uint16_t low;
		uint16_t high;
	} window;
	union {
		uint32_t word;
		uint8_t bytes[4];
	};
	uint32_t enabled : 1, running : 3;
	uint32_t wide : 12;
};

struct device {
	uint64_t id;
	struct channel channels[3];
	uint32_t pending;
};

struct device board;
uint32_t ticks;
static struct channel *const none;

static inline __attribute__((always_inline)) uint32_t read_pending(struct device *dev)
{
	return dev->pending; // inlined twice
}

static inline __attribute__((always_inline)) uint32_t pending_bit(struct device *dev)
{
	return read_pending(dev) & 1; // inlined once
}

uint32_t look(struct device *dev, uint32_t which)
{
	uint32_t bit = pending_bit(dev); // outermost

	dev->channels[which].window.high = 7; // in an array
	dev->channels[which].number = dev->pending; // two expressions
	return bit;
}

int main(void)
{
	struct device *dev = malloc(sizeof(*dev));

	dev->id = 1; // allocated
	dev->pending = ticks;
	board.channels[1].queued.next = 0;
	return look(dev, none == 0);
}
