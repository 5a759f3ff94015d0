package org.dmsim.scenarios.explain.meaning;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.dmsim.scenarios.explain.reports.Frame;
import org.dmsim.scenarios.explain.reports.Section;

/**
 * The certain part of a stack, innermost first; where every frame has a question mark, all of it.
 *
 * @param frames that are certain
 * @param guessed whether none was, and these all are guesses
 */
record Path(List<Frame> frames, boolean guessed) {

  static final Path EMPTY = new Path(List.of(), false);

  static Path of(Section section) {
    if (section == null) {
      return EMPTY;
    }
    List<Frame> sure = section.frames().stream().filter(Frame::sure).toList();
    return sure.isEmpty()
        ? new Path(section.frames(), !section.frames().isEmpty())
        : new Path(sure, false);
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  List<String> symbols() {
    return frames.stream().map(Frame::symbol).toList();
  }

  boolean has(String symbol) {
    return frames.stream().anyMatch(f -> f.symbol().equals(symbol));
  }

  boolean hasAny(Predicate<String> which) {
    return frames.stream().anyMatch(f -> which.test(f.symbol()));
  }

  /** The place of the first function that is not one of the given; -1 where there is none. */
  int first(Predicate<String> helpers) {
    return first(helpers, 0);
  }

  /** The same, from a place on. */
  int first(Predicate<String> helpers, int begin) {
    int from = begin;
    if (guessed) {
      // Stale addresses lie among the helpers: go on behind the last of them that are near.
      for (int i = 0; i < Math.min(14, frames.size()); i++) {
        if (helpers.test(frames.get(i).symbol())) {
          from = i + 1;
        }
      }
    }
    for (int i = from; i < frames.size(); i++) {
      if (!helpers.test(frames.get(i).symbol())) {
        return i;
      }
    }
    return -1;
  }

  int indexOf(String symbol) {
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i).symbol().equals(symbol)) {
        return i;
      }
    }
    return -1;
  }

  Frame at(int i) {
    return i >= 0 && i < frames.size() ? frames.get(i) : null;
  }

  /**
   * The caller of the function at a place, or null; a function that calls itself is passed over.
   */
  Frame callerOf(int i) {
    return guessed || i < 0 ? null : at(i + 1);
  }

  /** From outside to inside, at most so many names. */
  String inward(int from, int most) {
    List<String> names =
        new ArrayList<>(symbols().subList(from, Math.min(frames.size(), from + most)));
    return String.join(" → ", names.reversed());
  }
}
