// expect: invalid-access
#include <string.h>

static char few[4];
static char others[4];

int main(void)
{
	volatile int at = 5;
	few[at] = 1;
	return others[0];
}
