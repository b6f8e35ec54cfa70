package orderpulse.peers.common;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Says on standard output how many records have been processed, as lines of JSON:
 * {@code {"event":"progress","timeMs":1234.5,"records":1000}}. The times are of one monotonic clock.
 */
public final class Progress {
  private static final long INTERVAL_MS = 50;

  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Ends a wait for records that will not come, because the engine has failed. */
  public void stop() {
    stopped.countDown();
  }

  /**
   * Prints progress until {@code wanted} records have been processed.
   *
   * @throws IllegalStateException when stopped before
   */
  public void await(LongSupplier processed, long wanted) throws InterruptedException {
    await(processed, wanted, records -> line("\"event\":\"progress\",\"records\":" + records));
  }

  /** Waits likewise, and prints nothing. */
  public void awaitQuietly(LongSupplier processed, long wanted) throws InterruptedException {
    await(processed, wanted, records -> {});
  }

  private void await(LongSupplier processed, long wanted, LongConsumer each) throws InterruptedException {
    for (;;) {
      long records = processed.getAsLong();
      each.accept(records);
      if (records >= wanted) return;
      if (stopped.await(INTERVAL_MS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("ended after " + records + " of " + wanted + " records");
      }
    }
  }

  /** Prints {@code {"timeMs":…,<members>}} and hands it over at once. */
  public static void line(String members) {
    System.out.println("{\"timeMs\":" + System.nanoTime() / 1_000 / 1_000.0 + "," + members + "}");
    System.out.flush();
  }
}
