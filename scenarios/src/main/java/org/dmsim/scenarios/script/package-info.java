/**
 * The language of scripts: what a person would type, one command a line.
 *
 * <p>{@link org.dmsim.scenarios.script.ScriptParser} makes a {@link
 * org.dmsim.scenarios.script.Script} of a text, or throws a {@link
 * org.dmsim.scenarios.script.ScriptError} that says in one line where, what was found, and what
 * would be right. Nothing here knows the model.
 */
package org.dmsim.scenarios.script;
