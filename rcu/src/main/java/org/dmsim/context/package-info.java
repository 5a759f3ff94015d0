/**
 * Execution contexts: what may be interrupted, preempted or put to sleep, and the checks that say
 * so when it was not allowed.
 */
package org.dmsim.context;
