# This scenario shows a table that names a disk which somebody else has claimed, as a mount does.
#
# All tables claim their disks for one holder, device-mapper, and so may share them; a file system, a
# partition in use or a program with O_EXCL is another. When it lets go, the table loads.
symptom EBUSY

kernel 6.8
disk ram0 64M

open ram0 excl
create d0
load d0 0 1024 linear 1:0 0
expect EBUSY
close ram0
load d0 0 1024 linear 1:0 0
