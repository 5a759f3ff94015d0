/* fuzz SEED CHILDREN CALLS: garbage to the devices of a machine, by children that are killed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 8

static unsigned long state;
static char *end; /* the end of the memory that is there */

static unsigned below(unsigned n)
{
	state = state * 6364136223846793005ul + 1442695040888963407ul;
	return (state >> 33) % n;
}

static void *somewhere(void)
{
	switch (below(8)) {
	case 0:
		return NULL;
	case 1:
		return (void *)(long)below(1 << 16);
	case 2:
		return (void *)-1l;
	default:
		return end - below(4096) - 1;
	}
}

static long command(int control)
{
	static const char *types[] = { "zero", "linear", "error", "striped", "flakey", "delay", "?" };
	static const char *words[] = { "", "1:0 0", "1:1 8", "1 8 1:0 0", "1:0 0 1 1", "252:0 0", "x" };
	unsigned size = 312 + below(1500);
	char *at = end - size;
	struct dm_ioctl *d = (void *)at;
	struct dm_target_spec *t = (void *)(at + 312);

	memset(at, 0, size);
	d->version[0] = 4;
	d->data_size = size;
	d->data_start = 312;
	snprintf(d->name, sizeof(d->name), "d%u", below(3));
	d->flags = below(2) ? 0 : below(1u << 20);
	if (size > 420 && below(3)) {
		d->target_count = 1;
		t->length = 8 * below(64);
		strcpy(t->target_type, types[below(7)]);
		strcpy((char *)(t + 1), words[below(7)]);
	}
	for (int n = (int)below(8) - 4; n > 0; n--)
		at[below(size)] = below(256);
	return ioctl(control, _IOC(3, DM_IOCTL, below(20), 312), below(16) ? at : somewhere());
}

static long on_device(int fd)
{
	struct iovec iov[3];
	struct pollfd p = { fd, POLLIN, 0 };

	for (int i = 0; i < 3; i++) {
		iov[i].iov_base = somewhere();
		iov[i].iov_len = below(2) ? 512 * below(8) : below(9000);
	}
	switch (below(12)) {
	case 0:
		return preadv2(fd, iov, below(4), 512 * below(64), below(2) ? 0 : below(64));
	case 1:
		return pwritev2(fd, iov, below(4), 512 * below(64), below(2) ? 0 : below(64));
	case 2:
		return ioctl(fd, _IOC(below(4), 0x12, below(140), below(2) ? 8 : 0), somewhere());
	case 3:
		return ioctl(fd, below(1u << 31), somewhere());
	case 4:
		return lseek(fd, (long)below(1u << 31) - 1000, below(6));
	case 5:
		return fallocate(fd, below(64), 512 * below(64), 512 * below(64));
	case 6:
		return fsync(fd);
	case 7:
		return dup(fd);
	case 8:
		return fcntl(fd, below(20), below(3) ? below(700) : (long)somewhere());
	case 9:
		return poll(&p, 1, 0);
	case 10:
		return syscall(SYS_io_submit, (long)somewhere(), 3l, somewhere());
	default:
		return read(fd, somewhere(), below(1 << 20));
	}
}

static void child(long calls)
{
	int control = open("/dev/mapper/control", O_RDWR);
	int fds[4] = { -1, -1, -1, -1 };
	char name[32];

	while (calls-- > 0) {
		unsigned i = below(4);

		if (below(3) == 0) {
			command(control);
		} else if (below(12) == 0) {
			memset(end - 100, 'x', 100); /* a path without an end */
			memcpy(end - 100, "/dev/", 5);
			open(end - 100, O_RDWR);
			mkdir(somewhere(), 0777);
			unlink("/dev/mapper/nothing");
		} else if (fds[i] < 0) {
			snprintf(name, sizeof(name), below(4) ? "/dev/ram%u" : "/dev/dm-%u", below(3));
			fds[i] = open(name, below(4) | (below(2) ? O_DIRECT : 0));
		} else if (below(10) == 0) {
			close(fds[i]);
			fds[i] = -1;
		} else {
			on_device(fds[i]);
		}
		if (below(200) == 0)
			closefrom(3), control = open("/dev/mapper/control", O_RDWR), memset(fds, -1, sizeof(fds));
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	long seed = atol(argv[1]), children = atol(argv[2]), calls = atol(argv[3]);
	int running = 0, killed = 0, status;
	pid_t pids[AT_ONCE] = { 0 };

	end = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(end + (1 << 15), 1 << 15);
	end += 1 << 15;
	state = seed;
	for (long n = 0; n < children; n++) {
		int slot = n % AT_ONCE;

		if (pids[slot]) {
			usleep(below(20000));
			kill(pids[slot], SIGKILL);
			waitpid(pids[slot], &status, 0);
			killed += WIFSIGNALED(status);
		}
		fflush(stdout);
		pids[slot] = fork();
		if (pids[slot] == 0) {
			state = seed * 1000 + n;
			child(calls);
		}
	}
	for (int i = 0; i < AT_ONCE; i++)
		if (pids[i]) {
			usleep(below(20000));
			kill(pids[i], SIGKILL);
			waitpid(pids[i], &status, 0);
			killed += WIFSIGNALED(status);
		}
	printf("%s\n", killed ? "killed some" : "killed none");
	return running;
}
