# This scenario shows a status that waits for the end of a suspension, and a swap that waits for it.
#
# Era does what is asked of its metadata in a worker of its own, which a suspension stops. Who asks for
# the status of the suspended device waits for the worker with the live table held; the resume that
# would start it again has a new table to put in, and waits for whoever holds the old one.
symptom blocked for ever

kernel 6.12
disk ram0 64M
disk ram1 64M

create e
load e 0 8192 era 1:0 1:1 128
resume e
suspend e
load e 0 16384 era 1:0 1:1 128

task asker:
  status e
task admin:
  sleep_ms 10
  resume e
