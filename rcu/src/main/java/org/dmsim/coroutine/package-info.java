/**
 * Coroutines: the one thing that a modelled task needs of the JVM.
 *
 * <p>A coroutine runs on the carrier that resumes it until it suspends itself or ends. Two
 * implementations stand behind {@link org.dmsim.coroutine.Coroutine}: one continuation of the JDK
 * each, and one platform thread each.
 */
package org.dmsim.coroutine;
