package org.dmsim.scenarios.door;

import java.nio.file.Path;

/**
 * How programs are let in.
 *
 * @param everyFd whether calls on descriptors from 3 to 511 are watched too, for shells that move
 *     their files there
 * @param asUser whether programs see that their user is not root
 * @param calls whether each call that the machine answers is said
 * @param virtualTime whether programs sleep, and wait for a time, in virtual time only
 * @param lockstep whether the machine goes on only when all programs wait
 * @param writeBack whether the files that disks began with are written at the end
 * @param record where the session is written down as a script; null for nowhere
 * @param text the script that made the machine: what a recording begins with
 */
public record DoorOptions(
    boolean everyFd,
    boolean asUser,
    boolean calls,
    boolean virtualTime,
    boolean lockstep,
    boolean writeBack,
    Path record,
    String text) {}
