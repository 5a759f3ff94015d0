# This scenario shows a zeroout whose damage is read by everybody: it is done to the page of zeroes.
#
# BLKZEROOUT of a device that has no write zeroes writes the kernel's own page of zeroes, many times.
# Flakey, told to damage what is written, damages that page, and from then on no zeroes of this
# kernel are zeroes: another disk that is zeroed has the damage too.
commit f50714b57aec dm flakey: don't corrupt the zero page
affected 5.4 to 6.2
fixed 6.3
symptom 00 00 00 ff

kernel 6.2
disk ram0 64M
disk ram1 64M

create f
load f 0 131072 flakey 1:0 0 0 1 5 corrupt_bio_byte 32 w 255 0
resume f
zeroout f 0 65536
zeroout ram1 0 4096
dump ram1 0 4096
