/**
 * JUnit 5 support: a test method that sets up a machine is run under every schedule.
 *
 * <p>{@link org.dmsim.scenarios.junit.Explore} is the whole of it.
 */
package org.dmsim.scenarios.junit;
