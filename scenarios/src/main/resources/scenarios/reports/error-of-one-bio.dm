# This scenario shows a read that answers its whole length although a part of it failed.
#
# 2 MiB of scattered pages make two bios, and the second meets an error target. Whether a bio failed
# was only looked at where nothing had been submitted. Kernels that old are not modelled: this is 5.4
# with the bug put back.
commit e15c2ffa1091 block: fix O_DIRECT error handling for bio fragments
affected 5.3-rc1 to 5.3-rc3
fixed 5.4
symptom read d0 0 2M: 2097152

kernel 5.4 with=errors-of-several-bios-lost
disk ram0 64M

create d0
load d0 0 2048 linear 1:0 0; 2048 2048 error
resume d0
read d0 0 2M -- may fail
