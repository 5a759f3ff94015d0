package org.dmsim.scenarios.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Why a file could not be read or written, in words: Java's own message is often the name alone.
 */
final class IoWords {

  private IoWords() {}

  static String of(IOException e) {
    return switch (e) {
      case NoSuchFileException n -> "there is no such file or folder";
      case AccessDeniedException a -> "permission denied";
      case NotDirectoryException n -> "not a folder";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
