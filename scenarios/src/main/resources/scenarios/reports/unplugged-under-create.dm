# This scenario shows a table whose disk is taken away between its open and the link to it.
#
# A load opens the disk and then links it to the device that holds it. Meanwhile the disk is deleted,
# and gives up the directory that the link lies in. The fix looks whether the disk is still there, and
# counts the directory before it is used.
commit 62f535e1f061 block: fix use after free for bd_holder_dir
affected 5.4 to 6.1
fixed 6.2-rc1
symptom BUG: KASAN: use-after-free in sysfs_create_link

kernel 6.1
disk ram0 64M

create d0

task dmsetup:
  load d0 0 1024 linear 1:0 0 -- may fail
task unplugger:
  unplug ram0
