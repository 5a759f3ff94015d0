# This scenario shows a load that waits for a COW which nobody resumes, and a remove behind it.
#
# The constructor of a persistent snapshot reads the COW's header. Its device is suspended, and who
# should resume it is about to remove devices: that needs what the load holds.
symptom INFO: task vgchange

kernel 6.6
disk ram0 64M
disk ram1 64M

create cow
load cow 0 20480 linear 1:1 0
resume cow
create real
load real 0 20480 linear 1:0 0
resume real
create snap
suspend cow

task vgchange:
  load snap 0 20480 snapshot 252:1 252:0 P 8 -- may fail
task shutdown:
  remove snap -- may fail
