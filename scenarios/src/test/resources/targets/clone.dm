# A write that fetches its region against a suspend, and the swap to the destination alone.
kernel 6.1 preempt=none cpus=8
disk ram0 1M
disk ram1 64K
disk ram2 64K

create d0
load d0 0 64 clone 1:0 1:1 1:2 8 1 no_hydration
resume d0
load d0 0 64 linear 1:1 0

task writer:
  write d0 0 512
task dmsetup:
  suspend d0
  resume d0

expect clean
