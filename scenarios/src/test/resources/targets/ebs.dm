# A write of a part of a block, against a suspend, which forgets blocks, and the swap of the table.
kernel 6.1 preempt=none cpus=8
disk ram0 64M

create d0
load d0 0 1024 ebs 1:0 0 1 8
resume d0
load d0 0 1024 ebs 1:0 0 1 16

task writer:
  write d0 512 512
task dmsetup:
  suspend d0
  resume d0

expect clean
