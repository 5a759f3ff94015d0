/** The scenarios that come with dmsim. */
package org.dmsim.scenarios.catalogue;
