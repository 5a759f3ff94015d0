# This scenario shows a mirror with more regions in sync than it has: it was smaller before.
#
# The log on disk has a bit for each region. The bits behind the last region were cleared to the next
# multiple of 32 and counted to the next of 64: those of a larger mirror before are counted in.
commit 90736eb3232d dm mirror log: clear log bits up to BITS_PER_LONG boundary
affected 5.19-rc3 to 5.19-rc3
fixed 5.19-rc4
symptom 16/8

kernel 5.19-rc3
disk ram0 64M
disk ram1 64M
disk ram2 64M

create m
load m 0 640 mirror disk 2 1:2 16 2 1:0 0 1:1 0
resume m
await m 60000 40/40
suspend m
load m 0 128 mirror disk 2 1:2 16 2 1:0 0 1:1 0
resume m
status m
