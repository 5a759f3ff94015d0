# This scenario shows a copy whose snapshot has given its store away meanwhile.
#
# A write to the origin has a chunk copied. Meanwhile another table of the same COW takes the
# exceptions and the store over; the copy ends, and is entered where there is no room for anything.
# The fix suspends the origin's device during the handover. Kernels that old are not modelled: this is
# 5.4 with the bug put back.
commit b735fede8d95 dm snapshot: suspend origin when doing exception handover
affected 2.6.33 to 3.19
fixed 5.4
symptom kernel BUG at drivers/md/dm-snap-persistent.c

kernel 5.4 with=handover-beside-origin
disk nullb0 64M latency=500ms
disk ram1 64M

create s1
load s1 0 8192 snapshot 253:0 1:1 P 8
resume s1
create o
load o 0 8192 snapshot-origin 253:0
resume o
create s2
load s2 0 8192 snapshot 253:0 1:1 P 8
bg 1 write o 0 4096 0x11
sleep_ms 10
suspend s1
resume s2
join 1
