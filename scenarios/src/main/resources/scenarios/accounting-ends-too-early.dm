# This scenario shows a completion that wakes the suspender first and touches the pool afterwards.
#
# The end of a bio is counted before its dm_io goes back into the device's pool. The one who waits
# for the count swaps the tables, and the swap frees the pool. The fix frees first and counts then.
#
# The bug is older than 5.10; but only from 5.10 on does a mapped device take a NOWAIT read
# (6abc49468eea). With a read that waits it is found on 5.4 too, in the same schedule, and the fixed
# kernel has 47248 schedules instead of 1020.
rule wait before you free
commit d208b89401e0 dm: fix mempool NULL pointer race when completing IO
affected 5.10 to 5.15-rc5
fixed 5.15-rc6
symptom BUG: KASAN: use-after-free in mempool_free

kernel 5.14 preempt=full cpus=2
disk nullb0 64M nowait
param dm_mod.reserved_bio_based_ios=1

create d0
load d0 0 1024 linear 253:0 0
resume d0
load d0 0 1024 zero

task reader:
  memory short
  read_nowait d0 0 4096 -- may fail
task dmsetup:
  suspend d0
  resume d0

expect clean on 5.15-rc6
expect clean on 5.15-rc6 preempt=none
