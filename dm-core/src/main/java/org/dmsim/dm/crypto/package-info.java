/**
 * The kernel's crypto API as targets use it: ciphers and digests by the name that a table gives,
 * and what they make of keys. The JDK's providers compute them.
 */
package org.dmsim.dm.crypto;
