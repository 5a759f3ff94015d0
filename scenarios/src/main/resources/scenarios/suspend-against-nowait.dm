# This scenario shows a submitter that suspend does not see, in pools that the swap has freed.
#
# On 5.19 to 6.6-rc1 the table of a NOWAIT bio is held by plain RCU. Suspend waits for SRCU readers
# and for bios in flight, and until the submitter has counted its bio it is neither. So the swap
# frees the pools, which it does before it waits for RCU readers at all, while the submitter is
# about to take its clone from them. That its allocation may also sleep there is scenario "nowait";
# this kernel is built without the checks that tell, so that only the wait is wrong.
group The REQ_NOWAIT bug
rule no blocking allocation under rcu
commit 563a225c9fd2 dm: introduce dm_{get,put}_live_table_bio called from dm_submit_bio
commit a9ce385344f9 dm: don't attempt to queue IO under RCU protection
affected 5.19-rc1 to 6.6-rc1
fixed 6.6-rc2
symptom BUG: KASAN: use-after-free in mempool_

kernel 6.6-rc1 preempt=full cpus=2 checks=off
disk nullb0 64M nowait
param dm_mod.reserved_bio_based_ios=1

create d0
load d0 0 1024 linear 253:0 0
resume d0
load d0 0 1024 zero

task submitter:
  memory short
  read_nowait d0 0 4096 -- may fail
task dmsetup:
  suspend d0
  resume d0

expect clean on 6.6-rc2
expect clean on 6.6-rc2 preempt=none
