# This scenario shows a table line that ends before the arguments of corrupt_bio_byte.
#
# The constructor takes the next word without a look at whether there is one, and compares a null
# pointer with "r" and "w".
commit 98dba02d9a93 dm flakey: fix a crash with invalid table line
affected 5.4 to 6.3
fixed 6.4
symptom BUG: kernel NULL pointer dereference

kernel 6.3
disk ram0 64M

create flakey
load flakey 0 131072 flakey 1:0 0 0 1 2 corrupt_bio_byte 512 -- may fail
