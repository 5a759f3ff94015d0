# This scenario shows a task that waits for itself: write lock held, then the same lock for read.
#
# table_clear drops the inactive table under _hash_lock, and fills in the device's state before it
# gives the lock back. Asked for the state of the inactive table ("dmsetup clear --inactive"), that
# looks the table up, under _hash_lock.
rule hold nothing that the waker needs
commit 3d32aaa7e66d dm ioctl: fix nested locking in table_clear() to remove deadlock concern
affected 5.4 to 6.3
fixed 6.4-rc1
symptom WARNING: possible recursive locking detected

kernel 6.3 preempt=full cpus=2
disk ram0 64M

create d0
load d0 0 1024 linear 1:0 0

task dmsetup:
  clear d0 inactive

expect violation
expect clean on 6.4-rc1
expect clean on 6.1.192
