# This scenario shows a target that points to a dm_dev which opening it for writing has freed.
#
# A snapshot opens its origin for reading and then its COW for writing. Where both are one device,
# the second open upgrades the first: a new dm_dev takes the place of the old one in the table, which
# frees it, and s->origin still points there. Up to 6.4 the names were compared before the COW was
# opened; since then the devices are, afterwards, and the comparison reads what is freed. The load
# is refused all the same, and then gives back a device that no table knows. No kernel modelled here
# has this mended; the twin has the old order put back.
rule never keep what another open may replace
commit 26110d5afe81 dm-snap: simplify the origin_dev == cow_dev check in snapshot_ctr
affected 6.5 to 6.12
fixed never
symptom BUG: KASAN: use-after-free in snapshot_ctr

kernel 6.12 preempt=full cpus=2
disk ram0 64M

create d0

task dmsetup:
  load d0 0 1024 snapshot 1:0 1:0 N 8 -- may fail

expect violation
expect clean on 6.4
expect clean on 6.1.192
