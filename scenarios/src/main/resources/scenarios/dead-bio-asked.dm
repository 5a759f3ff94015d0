# This scenario shows a bio that is asked which lock to release after its owner has freed it.
#
# The close of the table lookup reads REQ_NOWAIT from the bio again, to know whether RCU or SRCU was
# opened. But a NOWAIT bio that meets a suspended device has ended by then, with EAGAIN, and a bio
# that is not waited for is freed by its own end: 2 MiB of scattered pages make two such bios. The
# fix copies the flags first. This kernel is built without the checks of sleeping, which would tell
# of another bug of 5.19.
rule never ask a bio given away
commit 563a225c9fd2 dm: introduce dm_{get,put}_live_table_bio called from dm_submit_bio
commit 5d7362d0d56d dm: fix use-after-free in dm_put_live_table_bio
affected 5.19-rc1 to 5.19-rc2
fixed 5.19-rc3
symptom BUG: KASAN: use-after-free in dm_submit_bio

kernel 5.19-rc2 preempt=full cpus=2 checks=off
disk nullb0 64M nowait

create d0
load d0 0 4096 linear 253:0 0
resume d0

task reader:
  read_nowait d0 0 2M -- may fail
task admin:
  suspend d0

expect clean on 5.19-rc3
expect clean on 5.19
