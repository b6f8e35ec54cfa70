package orderpulse.peers.streams;

import java.time.Duration;
import org.apache.kafka.streams.kstream.TimeWindows;

/** The windows of all stores: 60 s long, every second, with 5 min of grace. */
final class OrderWindows {
  static final TimeWindows WINDOWS =
      TimeWindows.ofSizeAndGrace(Duration.ofSeconds(60), Duration.ofMinutes(5)).advanceBy(Duration.ofSeconds(1));

  /** The one key under which everything is counted. */
  static final String KEY = "all";

  private OrderWindows() {}
}
