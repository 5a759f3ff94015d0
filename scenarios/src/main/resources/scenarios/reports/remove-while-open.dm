# This scenario shows a remove that is refused: a file of the device is still open.
#
# When the file is closed, the same command succeeds.
symptom EBUSY

kernel 6.6
disk ram0 64M

create flakey
load flakey 0 131072 flakey 1:0 0 5 0
resume flakey
open flakey
remove flakey
expect EBUSY
close flakey
remove flakey
