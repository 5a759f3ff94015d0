# This scenario shows a device whose disk is added for a second time, since the first load failed late.
#
# The first load opens its disk, which is unplugged before it is linked: the device's own disk, just
# added, is taken away again. The next load adds it once more, and its queue's kobject is initialised
# twice. The fix initialises it when the disk is allocated.
commit 343dc5423bfe block: fix kobject double initialization in add_disk
affected 6.2 to 6.12
fixed 6.17-rc2
symptom tried to init an initialized object

kernel 6.12
disk ram0 64M
disk ram1 64M

create d0

task dmsetup:
  load d0 0 1024 linear 1:0 0 -- may fail
  load d0 0 1024 linear 1:1 0 -- may fail
task unplugger:
  unplug ram0
