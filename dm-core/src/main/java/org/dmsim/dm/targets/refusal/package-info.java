/**
 * What the constructors of targets that are not modelled refuse before they touch their metadata,
 * so that a table with a mistake is told what the kernel would say.
 */
package org.dmsim.dm.targets.refusal;
