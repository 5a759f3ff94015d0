# A write to a mirror with superblocks and a bitmap, against a suspend and the swap to one disk.
kernel 6.1 preempt=none cpus=8
disk ram0 1M
disk ram1 1M
disk ram2 64K
disk ram3 64K

create d0
load d0 0 64 raid raid1 4 0 nosync region_size 64 2 1:2 1:0 1:3 1:1
resume d0
load d0 0 64 linear 1:0 0

task writer:
  write d0 0 512
task dmsetup:
  suspend d0
  resume d0

expect clean
