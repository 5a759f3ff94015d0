/** Searches as people and programs name them: tokens, saved states, and what is printed of them. */
package org.dmsim.scenarios.explore;
