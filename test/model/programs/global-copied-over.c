// expect: invalid-access
// far more than all memory
#include <string.h>

static char to[4], from[4];

int main(void)
{
	volatile unsigned size = 0x7fffffff;
	memcpy(to, from, size);
	return 0;
}
