/**
 * The museum: historical bugs of dm, the block layer and RCU's users, each with the commit that
 * mended it. An exhibit is a small program over the model's own locks, domains and pools; the
 * explorer finds the fatal order by itself, and finds none once the commit is in.
 */
package org.dmsim.scenarios.museum;
