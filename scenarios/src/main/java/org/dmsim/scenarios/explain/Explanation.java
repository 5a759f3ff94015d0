package org.dmsim.scenarios.explain;

import java.util.List;
import org.dmsim.scenarios.museum.Rule;

/**
 * One report in plain words.
 *
 * @param line of the report's headline in the log, from 1
 * @param headline the kernel's first line
 * @param kernel the version that the log states, or ""
 * @param task name and pid, or ""
 * @param statements in the order in which to read them
 * @param rules of table lookup that it breaks; empty where none is about it
 * @param alike names of scenarios, for {@code dmsim explore} or {@code dmsim run}
 * @param commit the fix, twelve digits, or ""
 * @param subject the fix's subject line, or ""
 */
public record Explanation(
    int line,
    String headline,
    String kernel,
    String task,
    List<Statement> statements,
    List<Rule> rules,
    List<String> alike,
    String commit,
    String subject) {}
