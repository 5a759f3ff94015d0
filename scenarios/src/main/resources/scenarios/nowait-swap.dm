# This scenario shows a NOWAIT read and a table swap in any order: explore it.
#
# Nothing here says when the swap comes: "dmsim explore nowait-swap" finds that. The read takes the
# pool's reserve inside its plain RCU read section; suspend waits for SRCU readers and for I/O in
# flight, and until the read has counted itself it is neither. So the swap may free the pools under
# it. Run once, the read is through before the swap, and only the sleeping allocation is told.
#
# On the fixed kernel every order is seen: 920 schedules with preempt none and 592 with full,
# none of them twice.
#
# Which object goes first: on both models the pools, because __bind frees them before it waits for
# RCU readers at all. The table goes second, after that wait, and there the models differ, as
# "dmsim run nowait-uaf" shows with either: with none, a reader that sleeps has left its section for
# all that RCU can tell, and the table is freed while the read still splits its bio
# (dm_split_and_process_bio); with full, RCU waits for the sleeping reader, and the table is freed
# after it has left, under the clone in flight (clone_endio).
#
# Before the fix the search meets the use after free within a hundred schedules.
group The REQ_NOWAIT bug
rule no blocking allocation under rcu
commit 563a225c9fd2 dm: introduce dm_{get,put}_live_table_bio called from dm_submit_bio
commit a9ce385344f9 dm: don't attempt to queue IO under RCU protection
affected 5.19-rc1 to 6.6-rc1
fixed 6.6-rc2
symptom BUG: KASAN: use-after-free in mempool_alloc

kernel 6.6-rc1 preempt=none cpus=2
disk ram0 1G nowait
param dm_mod.reserved_bio_based_ios=1

create d0
load d0 0 1024 linear 1:0 0
resume d0
load d0 0 1024 zero

task dm-nowait:
  memory short
  read_nowait d0 0 4096 -- may fail
task admin:
  suspend d0
  resume d0

expect "Illegal context switch in RCU read-side critical section!"
expect "BUG: sleeping function called from invalid context at include/linux/sched/mm.h"
expect "Illegal context switch in RCU read-side critical section!"
expect "BUG: sleeping function called from invalid context at block/blk-core.c"
expect clean on 6.6 preempt=none
expect clean on 6.6 preempt=full
