# This scenario shows a timer that goes off when the delay target that it belongs to is gone.
#
# The worker has found a bio whose time has not come and is about to arm the timer for it. Suspend
# stops the timer, and sends all bios on. Then the worker arms the timer, the swap destroys the
# target, and the timer goes off. The fix shuts the timer down for good before the workqueue goes.
commit 8d24790ed08a dm-delay: fix workqueue delay_timer race
affected 5.4 to 6.9
fixed 6.10-rc1
symptom BUG: KASAN: use-after-free in handle_delayed_timer

kernel 6.9
disk ram0 64M

create d0
load d0 0 1024 delay 1:0 0 60 1:0 0 120
resume d0
load d0 0 1024 zero

task reader:
  read d0 0 4096 -- may fail
task writer:
  write d0 0 4096 -- may fail
task dmsetup:
  sleep_ms 60
  suspend d0
  resume d0
