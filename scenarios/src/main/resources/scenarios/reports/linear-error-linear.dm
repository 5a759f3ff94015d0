# This scenario shows a remove that takes a device's cache of bios off a list it is no longer on.
#
# A table of an error target alone counts as one that can be polled, and the device gets a cache for
# each CPU. The next table has none: the cache goes, and the pointer to it stays. The remove finds the
# pointer and takes the cache off the list of CPU hotplug once more.
commit 605f7415ecfb block: make bioset_exit() fully resilient against being called twice
affected 5.18 to 5.18
fixed 5.19-rc1
symptom general protection fault

kernel 5.18
disk ram0 64M

create test
load test 0 131072 linear 1:0 0
resume test
suspend test nolockfs
load test 0 131072 error
resume test
suspend test nolockfs
load test 0 131072 linear 1:0 0
resume test
remove test -- may fail
