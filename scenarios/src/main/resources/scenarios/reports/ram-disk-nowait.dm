# This scenario shows a ram disk that refuses RWF_NOWAIT, although it never waits.
commit 67205f80be99 brd: mark as nowait compatible
affected 5.4 to 6.2
fixed 6.3
symptom EOPNOTSUPP

kernel 6.2
disk ram0 64M

read_nowait ram0 0 4096 -- may fail
