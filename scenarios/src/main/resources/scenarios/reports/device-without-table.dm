# This scenario shows a table that names a device which has none yet: refused from 5.15 on.
#
# Until then the disk of a new device was there at once, with no sectors, and could be a part of a
# table. Since the disk is only registered with the first table, it cannot: what was seen as a
# regression was meant, and stayed.
commit 89f871af1b26 dm: delay registering the gendisk
affected 5.15 to 6.12
fixed never
symptom load top 0 1024 linear 252:0 0: ENXIO

kernel 6.12
disk ram0 64M

create below
create top
load top 0 1024 linear 252:0 0 -- may fail
