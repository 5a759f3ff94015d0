package org.dmsim.explore;

import java.util.List;

/**
 * An object at which tasks meet.
 *
 * @param object its name
 * @param tasks who uses it
 * @param steps how many steps of theirs do
 */
public record Conflict(String object, List<String> tasks, long steps) {}
