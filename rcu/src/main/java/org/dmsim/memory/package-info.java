/** Memory with lifetimes: slab objects, memory pools, failing allocations, and shared cells. */
package org.dmsim.memory;
