# This scenario shows a table that outlives its disk, and takes a link out of a directory that is gone.
#
# The disk gives up its directory of holders when it is deleted; the link of the table in it did not
# count it. Both commits came with 5.15-rc1, so no release had it: this is 5.15 with the bug put back.
commit 759e0fd4b677 block: add back the bd_holder_dir reference in bd_link_disk_holder
affected block/for-next of August 2021
fixed 5.15
symptom BUG: KASAN: use-after-free in sysfs_remove_link

kernel 5.15 with=holder-dir-not-counted
disk ram0 64M

create d0
load d0 0 1024 linear 1:0 0
resume d0
unplug ram0
remove d0
