# A write to a set with parity, against a suspend and the swap to another layout.
kernel 6.1 preempt=none cpus=8
disk ram0 64M
disk ram1 64M
disk ram2 64M

create d0
load d0 0 1024 raid raid5_ls 1 8 3 - 1:0 - 1:1 - 1:2
resume d0
load d0 0 1024 raid raid1 1 0 2 - 1:0 - 1:1

task writer:
  write d0 0 512
task dmsetup:
  suspend d0
  resume d0

expect clean
