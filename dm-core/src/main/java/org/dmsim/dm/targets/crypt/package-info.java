/**
 * Crypt: a device whose bytes are encrypted. {@link org.dmsim.dm.targets.crypt.CryptTarget} takes
 * bios, {@link org.dmsim.dm.targets.crypt.CryptIo} is one on its way through the workqueues, {@link
 * org.dmsim.dm.targets.crypt.CryptCipher} has the key and makes the initialisation vectors.
 */
package org.dmsim.dm.targets.crypt;
