/** Public reports of device-mapper bugs, as scripts, and the page that says what they show. */
package org.dmsim.scenarios.reports;
