# A write that a pool gives a block for, against a suspend and the swap to the pool's own data.
kernel 6.1 preempt=none cpus=8
disk ram0 4M
disk ram1 1M

create p
load p 0 512 thin-pool 1:1 1:0 128 0
resume p
message p 0 create_thin 0
create d0
load d0 0 128 thin 252:0 0
resume d0
load d0 0 128 linear 1:0 0

task writer:
  write d0 0 4096
task dmsetup:
  suspend d0
  resume d0

expect clean
