# This scenario shows a NOWAIT bio that reaches a target which may sleep: the table was swapped.
#
# submit_bio_noacct looks at the queue's NOWAIT flag, which says what the table could do at that
# moment; then the table is swapped for one with a delay target, and the bio finds that. The fix
# asks each target again once the table is held. The RCU lookup of 5.19 is left out of this kernel,
# since with it the swap would free the pools under the bio: see "suspend-against-nowait".
rule test inside the bracket
commit 1ee88de395c3 dm: fix narrow race for REQ_NOWAIT bios being issued despite no support
affected 5.10 to 5.19-rc2
fixed 5.19-rc3
symptom WRONG: a NOWAIT bio reaches target delay

kernel 5.19-rc2 preempt=full cpus=2 without=rcu-for-nowait
disk nullb0 64M nowait
param dm_mod.reserved_bio_based_ios=1

create d0
load d0 0 1024 linear 253:0 0
resume d0
load d0 0 1024 delay 253:0 0 0

task reader:
  memory short
  read_nowait d0 0 4096 -- may fail
task dmsetup:
  suspend d0
  resume d0

expect clean
expect clean on 5.19-rc3
