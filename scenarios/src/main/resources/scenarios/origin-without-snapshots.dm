# This scenario shows a write to an origin without snapshots that is cut at multiples of 0.
#
# An origin cuts writes at the smallest chunk size of its snapshots. With no snapshot that was 0, so
# it took no sector of the write, and the rest, which is the whole, could not be split off. The fix
# takes the largest power of two.
rule an empty list is a case
commit 7e768532b239 dm snapshot: properly fix a crash when an origin has no snapshots
affected 5.4 to 5.12
fixed 5.13-rc4
symptom kernel BUG at block/bio.c

kernel 5.12 preempt=full cpus=2
disk ram0 64M

create d0
load d0 0 1024 snapshot-origin 1:0
resume d0

task writer:
  write d0 0 4096

expect violation
expect clean on 5.13-rc4
