/** What a disk's queue can take, and the count of its users, on which a freeze waits. */
package org.dmsim.block.queue;
