# This scenario shows a direct read over the end of a device that answers 0, as if there were nothing.
#
# Half of what is asked for is there. It is read, and then forgotten: the count that the answer is
# made of was taken before the request was cut.
commit 3e1f941dd9f3 block: fix DIO handling regressions in blkdev_read_iter()
affected 5.17-rc1 to 5.17-rc2
fixed 5.17-rc3
symptom read d0 520192 8192: 0

kernel 5.17-rc2
disk ram0 64M

create d0
load d0 0 1024 linear 1:0 0
resume d0
read d0 520192 8192
