/**
 * What the algorithms need on real threads, where no machine is: a small number for each thread,
 * and a fence that makes readers' fences free.
 */
package org.dmsim.threads;
