/** Splits a log into the reports that it holds, and reads what each says; nothing is concluded. */
package org.dmsim.scenarios.explain.reports;
