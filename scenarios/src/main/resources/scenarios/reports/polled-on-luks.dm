# This scenario shows a polled read of a volume on an encrypted disk that is refused.
#
# Crypt may sleep, and a polled bio said that nobody may, though its ring never asked for that. Since
# the flag is the caller's own, the read is made.
commit 2bc057692599 block: don't make REQ_POLLED imply REQ_NOWAIT
affected 5.4 to 6.4
fixed 6.5
symptom EOPNOTSUPP

kernel 6.4
disk nullb0 64M requests

create luks
load luks 0 8192 crypt cipher_null-ecb - 0 253:0 0
resume luks
create lv
load lv 0 4096 linear 252:0 0
resume lv
read_polled lv 0 4096 -- may fail
