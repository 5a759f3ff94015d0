/**
 * The writecache target, 6.1, with its cache on a disk: writes go to a fast device, a log of which
 * block holds what lies in front of them there, and a worker writes them back. Caches in persistent
 * memory are refused, as a kernel without CONFIG_FS_DAX does.
 */
package org.dmsim.dm.targets.writecache;
