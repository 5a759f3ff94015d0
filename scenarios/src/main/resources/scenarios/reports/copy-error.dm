# This scenario shows a write to an origin that waits for ever behind one whose copy failed.
#
# The store counts what it was asked for and what was committed, and makes exceptions safe when both
# are equal. A copy that failed was never committed, so they never are again. Kernels that old are
# not modelled: this is 5.4 with the bug put back.
commit 385277bfb57f dm snapshot: fix hung bios when copy error occurs
affected 3.14 to 4.4
fixed 5.4
symptom blocked for ever

kernel 5.4 with=failed-copy-not-committed
disk ram0 64M
disk ram1 64M

create bad
load bad 0 8 error; 8 8184 linear 1:0 8
resume bad
create slow
load slow 0 8192 delay 252:0 0 20
resume slow
create s
load s 0 8192 snapshot 252:1 1:1 P 8
resume s
create o
load o 0 8192 snapshot-origin 252:1
resume o
write o 0 8192 0x11 -- may fail
