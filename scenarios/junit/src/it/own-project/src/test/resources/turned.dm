kernel 6.1.192 cpus=3
disk ram0 64M
create d0
load d0 0 1024 turned 1:0
resume d0

task one:
  write d0 0 4096 7
task two:
  write d0 8192 4096 9

expect clean
