/** The catalogue of what differs between kernels. */
package org.dmsim.scenarios.kernels;
