/** What may be done where: one operation inside one execution context, and what the checks say. */
package org.dmsim.scenarios.contexts;
