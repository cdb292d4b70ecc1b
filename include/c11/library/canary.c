/*
 * A file of a program with a race of Millrace's own behind it, which has to be found: whatever holds for the file's
 * functions holds for this one.
 */
#include MILLRACE_SOURCE

void MILLRACE_CANARY(int *millrace_word);
void MILLRACE_CANARY(int *millrace_word)
{
	*millrace_word += 1;
}
