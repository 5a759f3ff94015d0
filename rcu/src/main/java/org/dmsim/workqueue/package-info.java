/**
 * Workqueues: functions that run soon, in a kernel thread. Pools of workers serve them, one a CPU
 * and one that is bound to none; mirrors kernel/workqueue.c, 6.1.
 */
package org.dmsim.workqueue;
