# This scenario shows a read of a device that has no table yet, which ends in a call of nothing.
#
# The read comes through another device, whose table was loaded over the one without: nothing is held
# against the end of a device that has no sectors. A mount comes the same way, by the page cache. The
# function that takes a queue's bios was set with the first table.
commit 47ace7e012b9 dm: fix potential for q->make_request_fn NULL pointer
affected 5.4 to 5.5
fixed 5.6
symptom BUG: kernel NULL pointer dereference

kernel 5.5
disk ram0 64M

create d0
create d1
load d1 0 1024 linear 252:0 0
resume d1
read d1 0 4096 -- may fail
