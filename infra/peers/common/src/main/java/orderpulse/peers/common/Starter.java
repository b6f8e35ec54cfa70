package orderpulse.peers.common;

import java.io.IOException;

/** Whoever started this process and holds its standard input open. */
public final class Starter {
  private Starter() {}

  /** Ends this process when the input is closed: however the starter ends, this does not outlive it. */
  public static void follow() {
    Thread reading = new Thread(Starter::endWithInput, "starter");
    reading.setDaemon(true);
    reading.start();
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) continue;
    } catch (IOException error) {
      error.printStackTrace();
    }
    Runtime.getRuntime().halt(130);
  }
}
