# This scenario shows a write of 512 bytes to a disk whose logical blocks have 4096.
#
# Direct I/O is made in whole logical blocks; a test that writes a sector fails on such a disk, and
# passes when it writes 4096 bytes.
symptom EINVAL

kernel 6.9
disk ram0 64M logical_block_size=4096 physical_block_size=4096

create d0
load d0 0 131072 linear 1:0 0
resume d0
write d0 0 512 0x11
expect EINVAL
write d0 0 4096 0x11
