# One linear device on a ram disk.
disk ram0 64M
create d0
load d0 0 131072 linear 1:0 0
resume d0
