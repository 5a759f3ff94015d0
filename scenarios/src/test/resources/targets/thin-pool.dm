# A write to a thin device against a suspend and the resume of its pool, which takes it along.
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

task writer:
  write d0 0 4096
task dmsetup:
  suspend p
  resume p

expect clean
