# This scenario shows a NOWAIT read that wakes up in a table's freed memory.
#
# What the bug of scenario "nowait" leads to. A plain read holds the only reserved clone while its
# slow disk works. A NOWAIT read finds the pool empty and sleeps for that clone, inside its RCU read
# section. Suspend waits for SRCU readers and for I/O in flight, and this reader is neither. When the
# clone comes back, admin is faster: it swaps the tables, and the swap frees the old pools before it
# waits for RCU readers; on preempt=none sleeping even counts as having left the section. The reader
# wakes up and looks at the pool. With the fix, suspend waits for the reader.
group The REQ_NOWAIT bug
commit 563a225c9fd2 dm: introduce dm_{get,put}_live_table_bio called from dm_submit_bio
commit a9ce385344f9 dm: don't attempt to queue IO under RCU protection
fixed 6.6
symptom BUG: KASAN: use-after-free in mempool_alloc

kernel 6.6-rc1 preempt=none cpus=2
disk nullb0 1G latency=2.5s nowait
param dm_mod.reserved_bio_based_ios=1
prefer admin

create d0
load d0 0 1024 linear 253:0 0
resume d0

task plain:
  memory short
  read d0 0 4096
task dm-nowait:
  memory short 10s
  sleep_ms 300
  read_nowait d0 0 4096
task admin:
  sleep_ms 700
  load d0 0 1024 zero
  suspend d0
  resume d0

expect "Illegal context switch in RCU read-side critical section!"
expect "BUG: sleeping function called from invalid context at include/linux/sched/mm.h"
expect "BUG: scheduling while atomic: dm-nowait"
expect "Illegal context switch in RCU read-side critical section!"
expect "BUG: KASAN: use-after-free in mempool_alloc"
expect "BUG: KASAN: use-after-free in dm_split_and_process_bio"
expect "BUG: KASAN: use-after-free in linear_map"
expect "BUG: sleeping function called from invalid context at kernel/sched/completion.c"
expect "BUG: scheduling while atomic: dm-nowait"
expect violation on 6.6-rc1 preempt=full
expect clean on 6.6 preempt=none
expect clean on 6.6 preempt=full
