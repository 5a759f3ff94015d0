# This scenario shows a write that answers EAGAIN although a part of it was done.
#
# 2 MiB of scattered pages make two bios. The first goes through; then the device is suspended, and
# the second, which may not wait, comes back with EAGAIN. The answer of the call is EAGAIN, as if
# nothing had been done. With the fix a call that would need two bios issues none.
rule nowait is not atomic
commit 67d59247d4b5 block: don't allow multiple bios for IOCB_NOWAIT issue
affected 5.15 to 6.2-rc4
fixed 6.2-rc5
symptom WRONG: pwritev2 answers EAGAIN

kernel 6.1 preempt=full cpus=2 checks=off
disk nullb0 64M nowait

create d0
load d0 0 4096 linear 253:0 0
resume d0

task writer:
  write_nowait d0 0 2M 0x11 -- may fail
task admin:
  suspend d0

expect clean on 6.2-rc5
expect clean on 6.1.192
