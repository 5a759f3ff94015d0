# This scenario shows a bio that is given back to a pool which is gone: its write counted as done before.
#
# A raid set that ends writes its bitmap once more and waits until no write is left. The interrupt of
# the last one counts it, wakes the waiter, and gives the bio back then; the waiter may have freed the
# set with its pool of bios by that time. The fix gives the bio back first.
commit 341097ee5357 md: fix a crash in mempool_free
affected 6.0-rc3 to 6.1
fixed 6.2-rc1
symptom BUG: kernel NULL pointer dereference

kernel 6.1
disk ram0 64M
disk nullb0 64M latency=1ms
disk ram2 64M
disk ram3 64M

create r
load r 0 8192 raid raid1 2 0 nosync 2 253:0 1:0 1:2 1:3

task dmsetup:
  load r 0 8192 zero
