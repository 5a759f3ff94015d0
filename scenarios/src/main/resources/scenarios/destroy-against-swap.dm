# This scenario shows an AB-BA deadlock of which one half is a grace period.
#
# The end of a device looked its table up, which is a read section of SRCU, and took suspend_lock
# inside it. Whoever suspends, as the first half of a swap or the swap itself, holds suspend_lock
# and waits for the read sections that are open. Kernels that old are not modelled: this is 5.4 with
# the old order put back.
rule a grace period is a lock
commit ab7c7bb6f4ab dm: hold suspend_lock while suspending device during device deletion
commit 2a708cff93f1 dm: fix AB-BA deadlock in __dm_destroy()
affected 4.0 to 4.2
fixed 5.4
symptom INFO: task

kernel 5.4 preempt=full cpus=2 with=bracket-before-suspend-lock
disk ram0 64M

create d0
load d0 0 1024 linear 1:0 0
resume d0

task swapper:
  suspend d0 -- may fail
task remover:
  remove d0 -- may fail

expect violation
expect violation on 5.4 preempt=none
