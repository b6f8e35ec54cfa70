package orderpulse.peers.streams;

import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import orderpulse.peers.common.Arguments;
import orderpulse.peers.common.Progress;

/** One run of a topology from the beginning of its topic. */
final class StreamsRun implements AutoCloseable {
  private final KafkaStreams streams;
  private final int threads;
  private List<Metric> processTotals = List.of();

  /** Starts it. When it fails, {@code progress} is stopped. */
  StreamsRun(Topology topology, Properties settings, Progress progress) {
    threads = Integer.parseInt(settings.getProperty(StreamsConfig.NUM_STREAM_THREADS_CONFIG));
    streams = new KafkaStreams(topology, settings);
    streams.setUncaughtExceptionHandler(
        error -> {
          error.printStackTrace();
          progress.stop();
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.start();
  }

  /** What every topology is told; everything else is Kafka Streams' default. */
  static Properties settings(Arguments arguments, String name) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments.text("application-id") + "-" + name);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments.text("bootstrap"));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments.text("state-dir"));
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments.text("threads", "1"));
    return settings;
  }

  /** Records that all threads have processed, those of repartition topics included. */
  long processed() {
    if (processTotals.size() < threads) processTotals = findProcessTotals();
    return (long) processTotals.stream().mapToDouble(metric -> (double) metric.metricValue()).sum();
  }

  private List<Metric> findProcessTotals() {
    return streams.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("process-total"))
        .filter(metric -> metric.metricName().group().equals("stream-thread-metrics"))
        .collect(Collectors.toList());
  }

  /** A store for queries, as soon as it can be asked. */
  <V> ReadOnlyWindowStore<String, V> store(String name) throws InterruptedException {
    for (;;) {
      try {
        return streams.store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.windowStore()));
      } catch (InvalidStateStoreException error) {
        if (!streams.state().isRunningOrRebalancing()) throw error;
        Thread.sleep(20);
      }
    }
  }

  @Override
  public void close() {
    streams.close();
  }
}
