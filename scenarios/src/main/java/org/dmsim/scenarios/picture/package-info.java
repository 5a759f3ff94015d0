/**
 * A run as a picture: what happened, as bars, marks and arrows over its steps ({@link Picture}),
 * the recorder that draws it while the run goes on, and the page that shows it.
 */
package org.dmsim.scenarios.picture;
