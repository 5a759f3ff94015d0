# This scenario shows a merge that begins when the snapshot that has the exceptions is gone.
#
# The merging target takes the exceptions over when it is resumed, from a snapshot that is suspended
# then. Here the snapshot was removed first: the handover is cancelled, and the merging table is
# left without metadata.
symptom Snapshot is invalid: can't merge

kernel 6.6
disk ram0 64M
disk ram1 64M

create snap
load snap 0 8192 snapshot 1:0 1:1 P 8
resume snap
write snap 0 4096 0x11
create origin
load origin 0 8192 snapshot-merge 1:0 1:1 P 8
suspend snap
remove snap
resume origin
await origin 3000 Invalid
status origin
