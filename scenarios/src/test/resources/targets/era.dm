# The first write of an era to a block against a suspend, which ends the era, and a resume.
kernel 6.1 preempt=none cpus=8
disk ram0 4M
disk ram1 1M

create d0
load d0 0 128 era 1:1 1:0 8
resume d0

task writer:
  write d0 0 4096
task dmsetup:
  suspend d0
  resume d0

expect clean
