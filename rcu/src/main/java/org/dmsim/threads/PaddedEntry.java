package org.dmsim.threads;

/** An entry whose own fields lie two cache lines away from what is before them in memory. */
public abstract class PaddedEntry extends ThreadTable.Entry {

  long b0;
  long b1;
  long b2;
  long b3;
  long b4;
  long b5;
  long b6;
  long b7;
  long b8;
  long b9;
  long b10;
  long b11;
  long b12;
  long b13;
  long b14;
  long b15;
}
