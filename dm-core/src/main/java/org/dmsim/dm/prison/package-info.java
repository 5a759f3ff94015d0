/**
 * Holds bios back that must wait for others, and tells when all of an earlier time have ended:
 * {@code dm-bio-prison-v1.c}, 6.1.
 */
package org.dmsim.dm.prison;
