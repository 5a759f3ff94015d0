# This scenario shows a snapshot whose reader gets what was written to the origin after the snapshot.
#
# The read is of a chunk that is not copied yet, so it is sent to the origin. Before it gets there, a
# write to the origin has the chunk copied and goes on. The fix counts such reads, and the write waits
# for them. Kernels that old are not modelled: this is 5.4 with the bug put back.
commit a8d41b59f3f5 dm snapshot: fix race during exception creation
affected 2.6.12 to 2.6.26
fixed 5.4
symptom WRONG: read s 0 4096

kernel 5.4 with=reads-overtaken
disk ram0 64M
disk ram1 64M

create o
load o 0 8192 snapshot-origin 1:0
create s
load s 0 8192 snapshot 1:0 1:1 P 8
resume s
resume o

task reader:
  read s 0 4096
  expect fnv1a=b93a0c83ce3b6325
task writer:
  write o 0 4096 0x11
