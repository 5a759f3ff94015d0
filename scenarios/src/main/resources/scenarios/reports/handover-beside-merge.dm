# This scenario shows the same handover beside a snapshot that merges: it stands for the origin then.
#
# Writes to the merging device go to the origin, and have a chunk copied for the other snapshot.
# Whose store that is has changed when the copy ends. Kernels that old are not modelled: this is 5.4
# with the bug put back.
commit 09ee96b21456 dm snapshot: suspend merging snapshot when doing exception handover
affected 2.6.33 to 3.19
fixed 5.4
symptom kernel BUG at drivers/md/dm-snap-persistent.c

kernel 5.4 with=handover-beside-merge
disk nullb0 64M latency=500ms
disk ram1 64M
disk ram2 64M

create m
load m 0 8192 snapshot-merge 253:0 1:2 P 8
resume m
create s1
load s1 0 8192 snapshot 253:0 1:1 P 8
resume s1
create s2
load s2 0 8192 snapshot 253:0 1:1 P 8
bg 1 write m 0 4096 0x11
sleep_ms 10
suspend s1
resume s2
join 1
