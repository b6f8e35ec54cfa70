package orderpulse.peers.streams;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.WindowStore;
import orderpulse.peers.common.Arguments;
import orderpulse.peers.common.Progress;
import orderpulse.peers.common.Starter;

/**
 * Kafka Streams as fast as its windows allow: orders are read down to five numbers, all five are kept in one value, and
 * nothing is repartitioned: each source partition has windows of its own under the same key, to be added up by whoever asks.
 *
 * <p>Arguments: {@code --bootstrap --topic --application-id --state-dir --records --threads}. The topic may hold
 * more. {@code --output file} writes the windows at the end, in the form that the program for Flink has; the topic must then
 * hold exactly as many records.
 */
public final class Tuned {
  private static final String STORE = "FiguresStore";

  private Tuned() {}

  public static void main(String[] words) throws Exception {
    Starter.follow();
    Arguments arguments = new Arguments(words);
    Progress progress = new Progress();
    try (StreamsRun run = new StreamsRun(topology(arguments.text("topic")), settings(arguments), progress)) {
      progress.await(run::processed, arguments.number("records"));
      String output = arguments.text("output", "");
      if (!output.isEmpty()) WindowDump.writeFigures(run, STORE, Path.of(output));
    }
  }

  private static Properties settings(Arguments arguments) {
    Properties settings = StreamsRun.settings(arguments, "run");
    // Every open window fits: the cache takes all writes between two commits, and RocksDB and the changelog get the last.
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 128L * 1024 * 1024);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 5_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 4 * 1024 * 1024);
    return settings;
  }

  private static Topology topology(String topic) {
    Serde<String> key = Serdes.serdeFrom(Serdes.String().serializer(), new ConstantKey());
    Serde<OrderFigures> figures = OrderFigures.serde();
    Serde<OrderFigures> order = Serdes.serdeFrom(figures.serializer(), new ProjectedOrder());
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(topic, Consumed.with(key, order))
        .groupByKey(Grouped.with(Serdes.String(), figures))
        .windowedBy(OrderWindows.WINDOWS)
        .aggregate(
            () -> OrderFigures.ZERO,
            (all, one, sum) -> sum.plus(one),
            Materialized.<String, OrderFigures, WindowStore<Bytes, byte[]>>as(STORE)
                .withKeySerde(Serdes.String())
                .withValueSerde(figures));
    return builder.build();
  }
}
