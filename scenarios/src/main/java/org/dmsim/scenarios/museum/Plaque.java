package org.dmsim.scenarios.museum;

/**
 * What stands beside an exhibit.
 *
 * @param name by which the command line knows it
 * @param commit the fix, its first twelve digits; of a bug that is not mended, what brought it
 * @param subject that commit's subject line
 * @param mended whether a kernel has a fix
 * @param affected the kernels that had the bug
 * @param rule the rule of table lookup, or of its surroundings, that it breaks
 * @param shows one sentence that completes "This scenario shows"
 * @param symptom what people saw: the headline of a report, or the end of a hang
 */
public record Plaque(
    String name,
    String commit,
    String subject,
    boolean mended,
    String affected,
    Rule rule,
    String shows,
    String symptom) {}
