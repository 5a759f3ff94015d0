package org.dmsim.scenarios.conform;

import java.util.List;

/**
 * What came of one recorded case.
 *
 * @param id the case's name
 * @param status whether the model answers as the kernel did
 * @param lines what is different, for people; empty where nothing is
 */
public record CaseResult(String id, Status status, List<String> lines) {

  /** Whether the model answers as the kernel did. */
  public enum Status {
    /** It does. */
    PASSED,
    /** It does not. */
    FAILED,
    /** It cannot: the case asks for something that the model has not. */
    NOT_MODELLED
  }

  /** Copies the list. */
  public CaseResult {
    lines = List.copyOf(lines);
  }

  /** A case whose answers are the kernel's. */
  public static CaseResult passed(String id) {
    return new CaseResult(id, Status.PASSED, List.of());
  }

  /** A case whose answers differ. */
  public static CaseResult failed(String id, List<String> lines) {
    return new CaseResult(id, Status.FAILED, lines);
  }

  /** A case that asks for something that the model has not. */
  public static CaseResult notModelled(String id, String what) {
    return new CaseResult(id, Status.NOT_MODELLED, List.of(what));
  }
}
