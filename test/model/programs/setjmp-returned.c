// The function that called setjmp() has returned.
// expect: lock-misuse
#include <setjmp.h>

static jmp_buf where;

static int set(void)
{
	int room[64] = { 0 };

	return setjmp(where) + room[0];
}

int main(void)
{
	if (set() == 0)
		longjmp(where, 1);
	return 0;
}
