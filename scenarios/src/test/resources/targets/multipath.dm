# A read of two paths, of which the first fails, against a suspend and the swap to the other alone.
kernel 6.1 preempt=none cpus=8
disk ram0 64M

create bad
load bad 0 1024 error
resume bad
create good
load good 0 1024 linear 1:0 0
resume good
create d0
load d0 0 1024 multipath 3 queue_if_no_path queue_mode bio 0 1 1 round-robin 0 2 0 252:0 252:1
resume d0
load d0 0 1024 multipath 2 queue_mode bio 0 1 1 round-robin 0 1 0 252:1

task reader:
  read d0 0 4096
task dmsetup:
  suspend d0
  resume d0

expect clean
