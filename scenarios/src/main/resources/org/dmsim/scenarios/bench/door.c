/* door SCALE [DEVICE]: ns of some system calls, the best of several rounds. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

#define ROUNDS 15
#define MEASURE(name, count, call) do { \
	double best = 1e18; \
	long n = (count) / scale + 1; \
	for (int r = 0; r < ROUNDS; r++) { \
		double begin = now(); \
		for (long i = 0; i < n; i++) \
			if ((call) < 0) { perror(name); return 1; } \
		double took = (now() - begin) / n; \
		best = took < best ? took : best; \
	} \
	printf("%s\t%.0f\n", name, best); \
} while (0)

int main(int argc, char **argv)
{
	long scale = atol(argv[1]);
	struct stat st;
	char *page;
	int zero = open("/dev/zero", O_RDONLY);

	if (zero < 0 || posix_memalign((void **)&page, 4096, 4096))
		return 1;
	MEASURE("getppid", 100000, syscall(SYS_getppid));
	MEASURE("read", 100000, read(zero, page, 1));
	MEASURE("stat", 200, stat("/etc/passwd", &st));
	if (argc > 2) {
		int dev = open(argv[2], O_RDWR | O_DIRECT);
		struct iovec iov = { page, 4096 };

		if (dev < 0) {
			perror(argv[2]);
			return 1;
		}
		MEASURE("lseek", 200, lseek(dev, 0, SEEK_SET));
		MEASURE("pread", 200, pread(dev, page, 4096, 0));
		MEASURE("nowait", 200, preadv2(dev, &iov, 1, 0, RWF_NOWAIT));
		MEASURE("pwrite", 200, pwrite(dev, page, 4096, 0));
	}
	return 0;
}
