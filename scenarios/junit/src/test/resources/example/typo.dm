create d0
load d0 0 131072 linaer 1:0 0
task reader:
  read ram0 0 4096
