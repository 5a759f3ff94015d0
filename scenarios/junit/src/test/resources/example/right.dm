create d0
load d0 0 131072 linear 1:0 0
resume d0
task reader:
  read d0 0 4096
