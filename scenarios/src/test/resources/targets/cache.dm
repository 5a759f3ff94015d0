# A write of a whole block, which a cache takes at once, against a suspend and the swap to the origin.
kernel 6.1 preempt=none cpus=8
disk ram0 4M
disk ram1 1M
disk ram2 1M

create d0
load d0 0 512 cache 1:1 1:2 1:0 64 0 smq 0
resume d0
load d0 0 512 linear 1:0 0

task writer:
  write d0 0 32768
task dmsetup:
  suspend d0
  resume d0

expect clean
