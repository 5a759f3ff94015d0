# This scenario shows a snapshot whose constructor tears everything down and says success.
#
# A transient store takes a chunk size of 0. The constructor finds that out late, goes to the exit
# for errors, and no errno was set on that way: the table has a target whose memory is freed.
commit c699a0db2d62 dm snapshot: fix crash with transient storage and zero chunk size
affected 5.4 to 5.13-rc2
fixed 5.13-rc3
symptom BUG: KASAN: use-after-free in snapshot_iterate_devices

kernel 5.12
disk ram0 64M
disk ram1 64M

create o
load o 0 131072 snapshot-origin 1:0
resume o
create s
load s 0 131072 snapshot 1:0 1:1 N 0 -- may fail
