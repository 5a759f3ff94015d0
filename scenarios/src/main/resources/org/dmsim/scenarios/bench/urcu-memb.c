/* Read sections of userspace RCU, memory-barrier flavour: prints the best ns of a section. */
#define _LGPL_SOURCE 1
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <urcu/urcu-memb.h>

static long box = 42;
static long *live = &box;
static long rounds = 15, sections = 5000000;
static pthread_barrier_t start;

static void *reader(void *out)
{
	double best = 1e9;
	long sum = 0;

	urcu_memb_register_thread();
	for (long r = 0; r < rounds; r++) {
		struct timespec a, b;

		pthread_barrier_wait(&start);
		clock_gettime(CLOCK_MONOTONIC, &a);
		for (long i = 0; i < sections; i++) {
			urcu_memb_read_lock();
			sum += *rcu_dereference(live);
			urcu_memb_read_unlock();
		}
		clock_gettime(CLOCK_MONOTONIC, &b);
		double ns = ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / sections;
		if (ns < best)
			best = ns;
	}
	urcu_memb_unregister_thread();
	*(double *)out = sum ? best : 0;
	return NULL;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1;
	pthread_t threads[64];
	double best[64], worst = 0;

	pthread_barrier_init(&start, NULL, n);
	for (int i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, reader, &best[i]);
	for (int i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		if (best[i] > worst)
			worst = best[i];
	}
	printf("%.2f\n", worst);
	return 0;
}
