# A write into a cache against a suspend, and the swap to the origin alone.
kernel 6.1 preempt=none cpus=8
disk ram0 4M
disk ram1 64K

create d0
load d0 0 64 writecache s 1:0 1:1 4096 0
resume d0
load d0 0 64 linear 1:0 0

task writer:
  write d0 0 4096
task dmsetup:
  suspend d0
  resume d0

expect clean
