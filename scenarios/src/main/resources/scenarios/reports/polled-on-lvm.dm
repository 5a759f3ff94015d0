# This scenario shows a polled read of a logical volume that is refused, which its disk takes.
#
# Whoever polls for the end of a bio must not sleep before, so the bio says REQ_NOWAIT; and until 5.10
# no mapped device took that. The disk below takes requests, as NVMe does.
commit 6abc49468eea dm: add support for REQ_NOWAIT and enable it for linear target
affected 5.4 to 5.9
fixed 5.10
symptom EOPNOTSUPP

kernel 5.9
disk nullb0 64M requests

create lv
load lv 0 8192 linear 253:0 0
resume lv
read_polled nullb0 0 4096 -- may fail
read_polled lv 0 4096 -- may fail
