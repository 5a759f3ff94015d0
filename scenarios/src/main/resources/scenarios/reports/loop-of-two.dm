# This scenario shows a read that goes round between two devices that map to each other.
#
# Neither table is refused: a device may not be its own holder from 6.2 on, but it may be the holder
# of its holder. The change that would have looked for ancestors was not taken.
symptom LIVELOCK

kernel 6.12.117
disk ram0 64M

create d0
load d0 0 1024 zero
resume d0
create d1
load d1 0 1024 linear 252:0 0
resume d1
suspend d0
load d0 0 1024 linear 252:1 0
resume d0
read d1 0 4096
