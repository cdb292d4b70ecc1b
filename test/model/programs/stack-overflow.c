// expect: stack-overflow
static int deeper(int depth)
{
	volatile char bytes[1000000];
	bytes[0] = depth;
	return depth == 10 ? 0 : deeper(depth + 1) + bytes[0];
}

int main(void)
{
	return deeper(0);
}
