# This scenario shows a read that goes round in a device whose table maps to the device itself.
#
# The table is loaded and resumed without a word. Every bio that the device gets it gets again, a
# clone of it each time; an ioctl passed on in the same way runs out of stack, which is how people
# came upon it. With the fix a disk cannot be its own holder, and the load fails.
commit 077a4033541f block: don't allow a disk link holder to itself
affected 5.4 to 6.1
fixed 6.2
symptom LIVELOCK

kernel 6.1
disk ram0 64M

create d0
load d0 0 1024 zero
resume d0
load d0 0 1024 linear 252:0 0 -- may fail
suspend d0
resume d0
read d0 0 4096
