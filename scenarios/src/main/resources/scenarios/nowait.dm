# This scenario shows a NOWAIT read that sleeps inside an RCU read section.
#
# From 5.19 to 6.6-rc1 dm_submit_bio looks a NOWAIT bio's table up under rcu_read_lock, and then
# clones the bio with GFP_NOIO, which may sleep. The device is mapped over a ram disk; one task
# makes one preadv2 with RWF_NOWAIT, as the program in the commit message of the fix does.
#
# Ram disks take NOWAIT from 6.3 on (67205f80be99); this one does on every kernel, in place of a disk
# that takes requests, which did from 5.10 on (021a24460dc2): "disk nullb0 64M requests".
group The REQ_NOWAIT bug
rule no blocking allocation under rcu
commit 563a225c9fd2 dm: introduce dm_{get,put}_live_table_bio called from dm_submit_bio
commit a9ce385344f9 dm: don't attempt to queue IO under RCU protection
affected 5.19-rc1 to 6.6-rc1
fixed 6.6-rc2
symptom BUG: sleeping function called from invalid context at include/linux/sched/mm.h

kernel 6.6-rc1 preempt=full cpus=2
disk ram0 64M nowait

create d0
load d0 0 131072 linear 1:0 0
resume d0

task dm-nowait:
  read_nowait d0 0 4096

expect "BUG: sleeping function called from invalid context at include/linux/sched/mm.h"
expect "BUG: sleeping function called from invalid context at block/blk-core.c"
expect clean on 6.6
expect clean on 6.6 preempt=none
