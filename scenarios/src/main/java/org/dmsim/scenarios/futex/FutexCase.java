package org.dmsim.scenarios.futex;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one recorded futex case sets up: a thread's robust list, who waits, and what is wrong with
 * it.
 *
 * @param words the futex words
 * @param list the list's entries, in order
 * @param pending what {@code list_op_pending} points to
 * @param end what the last entry points to
 * @param waiters how many threads wait on each word
 * @param offset added to the right futex_offset
 * @param headLength the length given to set_robust_list
 * @param repeated whether only the words with OWNER_DIED are counted, as {@code repeat=} does
 */
record FutexCase(
    List<Word> words,
    List<Pointer> list,
    Pointer pending,
    Pointer end,
    int[] waiters,
    long offset,
    long headLength,
    boolean repeated) {

  private static final List<String> KEYS =
      List.of("end", "headlen", "list", "offset", "pending", "repeat", "waiters", "words");

  /**
   * One futex word.
   *
   * @param owner {@code own}, {@code other} or {@code zero}
   * @param waiters FUTEX_WAITERS
   * @param died FUTEX_OWNER_DIED
   */
  record Word(String owner, boolean waiters, boolean died) {
    static final Word OWN = new Word("own", false, false);
  }

  /** What a pointer of the list leads to. */
  enum Target {
    /** The list's head. */
    HEAD,
    /** Address 0. */
    NULL,
    /** An address that is not mapped. */
    BAD,
    /** An address of the kernel's. */
    KERNEL,
    /** The entry of a word. */
    ENTRY
  }

  /**
   * A pointer of the list.
   *
   * @param target what it leads to
   * @param word which word's entry, where it leads to one
   * @param pi whether its lowest bit is set
   */
  record Pointer(Target target, int word, boolean pi) {
    static final Pointer HEAD = new Pointer(Target.HEAD, 0, false);
    static final Pointer NULL = new Pointer(Target.NULL, 0, false);
  }

  /**
   * Reads {@code KEY=VALUE …} as the recorded cases have it.
   *
   * @throws IllegalArgumentException with one line that names what it could not read
   */
  static FutexCase parse(String spec) {
    Map<String, String> values = new HashMap<>();
    for (String field : spec.isBlank() ? new String[0] : spec.trim().split("\\s+")) {
      int at = field.indexOf('=');
      String key = at < 0 ? field : field.substring(0, at);
      if (at < 0 || !KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "'" + field + "' is no part of a futex case; write KEY=VALUE with one of " + KEYS);
      }
      values.put(key, field.substring(at + 1));
    }
    boolean repeated = values.containsKey("repeat");
    List<Word> words = new ArrayList<>();
    List<Pointer> list = new ArrayList<>();
    if (repeated) {
      int count = number("repeat", values.get("repeat"));
      for (int i = 0; i < count; i++) {
        words.add(Word.OWN);
        list.add(new Pointer(Target.ENTRY, i, false));
      }
    } else {
      for (String word : items(values.get("words"))) {
        words.add(word(word));
      }
      for (String entry : items(values.get("list"))) {
        list.add(pointer("list", entry, words.size()));
      }
    }
    return new FutexCase(
        words,
        list,
        pointer("pending", values.getOrDefault("pending", "none"), words.size()),
        end(values.getOrDefault("end", "head"), list),
        waiters(values.get("waiters"), words.size()),
        Long.parseLong(values.getOrDefault("offset", "0")),
        Long.parseLong(values.getOrDefault("headlen", "24")),
        repeated);
  }

  private static String[] items(String list) {
    return list == null || list.isEmpty() ? new String[0] : list.split(",", -1);
  }

  private static Word word(String text) {
    String owner = "zero";
    boolean waiters = false;
    boolean died = false;
    for (String part : text.split("\\|", -1)) {
      switch (part) {
        case "own", "other", "zero" -> owner = part;
        case "W" -> waiters = true;
        case "D" -> died = true;
        default ->
            throw new IllegalArgumentException(
                "'" + text + "' is no futex word; join own, other, zero, W and D with |");
      }
    }
    return new Word(owner, waiters, died);
  }

  private static Pointer pointer(String key, String text, int words) {
    switch (text) {
      case "none", "null":
        return Pointer.NULL;
      case "head":
        return Pointer.HEAD;
      case "bad":
        return new Pointer(Target.BAD, 0, false);
      case "kernel":
        return new Pointer(Target.KERNEL, 0, false);
      default:
        boolean pi = text.endsWith("p");
        int word = number(key, pi ? text.substring(0, text.length() - 1) : text);
        if (word >= words) {
          throw new IllegalArgumentException(
              key + "=" + text + ": there are only " + words + " words, counted from 0");
        }
        return new Pointer(Target.ENTRY, word, pi);
    }
  }

  private static Pointer end(String text, List<Pointer> list) {
    if (!text.startsWith("loop")) {
      return pointer("end", text, 0);
    }
    int entry = number("end", text.substring("loop".length()));
    if (entry >= list.size()) {
      throw new IllegalArgumentException(
          "end=" + text + ": the list has only " + list.size() + " entries, counted from 0");
    }
    return list.get(entry);
  }

  private static int[] waiters(String text, int words) {
    int[] waiters = new int[words];
    for (String item : items(text)) {
      String[] parts = item.split(":", -1);
      if (parts.length != 2) {
        throw new IllegalArgumentException("waiters=" + item + ": write WORD:COUNT");
      }
      int word = number("waiters", parts[0]);
      if (word >= words) {
        throw new IllegalArgumentException(
            "waiters=" + item + ": there are only " + words + " words, counted from 0");
      }
      waiters[word] += number("waiters", parts[1]);
    }
    return waiters;
  }

  private static int number(String key, String text) {
    try {
      int n = Integer.parseInt(text);
      if (n >= 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      // falls through to the message
    }
    throw new IllegalArgumentException(
        key + "=" + text + ": '" + text + "' is no number from 0 on");
  }
}
