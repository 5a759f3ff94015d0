package org.dmsim.scenarios.script;

import java.util.ArrayList;
import java.util.List;

/**
 * One argument of a command, as the command's syntax line names it.
 *
 * @param name as shown to people: NAME, OFFSET, noflush
 * @param form what may stand there
 * @param optional whether it may be left out
 */
record Param(String name, Form form, boolean optional) {

  /** What may stand in an argument's place. */
  enum Form {
    /** A mapped device's name. */
    NAME,
    /** A mapped device or a disk. */
    DEVICE,
    /** A name that comes into being, a uuid. */
    NEW,
    /** A number that is not negative, in decimal. */
    NUMBER,
    /** A number of bytes: a NUMBER that may end in K, M or G. */
    BYTES,
    /** A time with its unit, such as 2.5s. */
    TIME,
    /** A byte, decimal or with 0x. */
    FILL,
    /** Bytes of two hexadecimal digits each. */
    HEX,
    /** A word that is the kernel's or the host's to judge. */
    WORD,
    /** One of the words behind the bar. */
    CHOICE,
    /** A word that is there or not. */
    FLAG,
    /** All the rest of the line, as it stands. */
    REST,
    /** Another command. */
    COMMAND
  }

  /** Reads a syntax line such as {@code create NAME [UUID]}. */
  static List<Param> of(String syntax) {
    List<Param> params = new ArrayList<>();
    String[] words = syntax.split(" ");
    for (int i = 1; i < words.length; i++) {
      String w = words[i];
      boolean optional = w.startsWith("[");
      String name = optional ? w.substring(1, w.length() - 1) : w;
      params.add(new Param(name, formOf(name, optional), optional));
    }
    return List.copyOf(params);
  }

  private static Form formOf(String name, boolean optional) {
    return switch (name) {
      case "NAME", "OLD" -> Form.NAME;
      case "DEV" -> Form.DEVICE;
      case "NEW", "UUID" -> Form.NEW;
      case "OFFSET", "LENGTH" -> Form.BYTES;
      case "FILL" -> Form.FILL;
      case "HEX" -> Form.HEX;
      case "FILE", "TYPE", "DESCRIPTION" -> Form.WORD;
      case "TIME" -> Form.TIME;
      case "TABLE", "TEXT", "GEOMETRY" -> Form.REST;
      case "COMMAND" -> Form.COMMAND;
      default ->
          name.indexOf('|') >= 0
              ? Form.CHOICE
              : optional && name.equals(name.toLowerCase(java.util.Locale.ROOT))
                  ? Form.FLAG
                  : Form.NUMBER;
    };
  }
}
