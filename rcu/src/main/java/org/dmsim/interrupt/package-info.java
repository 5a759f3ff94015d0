/** Work that is put off to an interrupt's context: tasklets and irq_work. */
package org.dmsim.interrupt;
