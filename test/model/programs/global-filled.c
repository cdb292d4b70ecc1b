// expect: none
#include <string.h>

static char few[4];
static struct { int number; char text[3]; } mixed;

int main(void)
{
	memset(few, 1, sizeof(few));
	memset(&mixed, 1, sizeof(mixed));
	return few[3] - mixed.text[2];
}
