#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct iovec iov;
	ssize_t n;
	int fd = open(argc > 1 ? argv[1] : "/dev/dm-0", O_RDONLY | O_DIRECT);

	if (fd < 0 || posix_memalign(&iov.iov_base, 4096, 4096)) {
		perror("open");
		return 1;
	}
	while (argc > 2 && access(argv[2], F_OK))
		usleep(10000);
	iov.iov_len = 4096;
	n = preadv2(fd, &iov, 1, 0, RWF_NOWAIT);
	printf("%zd %s\n", n, n < 0 ? strerror(errno) : "bytes");
	return n != 4096;
}
