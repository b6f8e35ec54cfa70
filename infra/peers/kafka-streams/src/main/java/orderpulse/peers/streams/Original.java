package orderpulse.peers.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.WindowStore;
import orderpulse.peers.common.Arguments;
import orderpulse.peers.common.Progress;
import orderpulse.peers.common.Starter;

/**
 * The topology of the original pipeline: whole orders, grouped under one constant key and therefore sent through a
 * repartition topic for each of the five aggregations.
 *
 * <p>Arguments: {@code --bootstrap --topic --application-id --state-dir --records}. The topic must hold exactly that many
 * records: only then has each of them gone all the way when the run ends. {@code --warmup-records n} runs the topology
 * before, up to n records, so that the run itself meets compiled code. {@code --dump-at n,m,… --output folder} writes all
 * visible windows as {@code windows-n.json} when n records have been read; the topic must not hold more until then.
 * Such a run keeps no cache and no changelog: a cache would show windows that the store has let expire.
 */
public final class Original {
  /** Each order is processed once where it is read, and once in each aggregation. */
  private static final long STEPS = 1 + FigureStore.values().length;

  private Original() {}

  public static void main(String[] words) throws Exception {
    Starter.follow();
    Arguments arguments = new Arguments(words);
    warmUp(arguments);
    Progress progress = new Progress();
    try (StreamsRun run = start(arguments, "run", progress)) {
      for (long records : dumpsOf(arguments)) {
        progress.await(() -> run.processed() / STEPS, records);
        Path file = Path.of(arguments.text("output"), "windows-" + records + ".json");
        WindowDump.write(run, file);
        Progress.line("\"event\":\"dumped\",\"records\":" + records);
      }
      progress.await(() -> run.processed() / STEPS, arguments.number("records"));
    }
  }

  private static void warmUp(Arguments arguments) throws Exception {
    long records = arguments.number("warmup-records", 0);
    if (records == 0) return;
    Progress progress = new Progress();
    try (StreamsRun run = start(arguments, "warmup", progress)) {
      progress.awaitQuietly(() -> run.processed() / STEPS, records);
    }
  }

  private static StreamsRun start(Arguments arguments, String name, Progress progress) {
    boolean exact = dumpsOf(arguments).length > 0;
    Properties settings = StreamsRun.settings(arguments, name);
    if (exact) settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    return new StreamsRun(topology(arguments.text("topic"), exact), settings, progress);
  }

  private static long[] dumpsOf(Arguments arguments) {
    return Arrays.stream(arguments.text("dump-at", "").split(",")).filter(text -> !text.isEmpty())
        .mapToLong(Long::parseLong).toArray();
  }

  private static Topology topology(String topic, boolean exact) {
    Serde<JsonNode> json = JsonSerde.create();
    StreamsBuilder builder = new StreamsBuilder();
    KStream<String, JsonNode> orders = builder.stream(topic, Consumed.with(Serdes.String(), json));
    for (FigureStore figure : FigureStore.values()) {
      Materialized<String, Long, WindowStore<Bytes, byte[]>> store =
          Materialized.<String, Long, WindowStore<Bytes, byte[]>>as(figure.storeName)
              .withKeySerde(Serdes.String())
              .withValueSerde(Serdes.Long());
      orders
          .groupBy((id, order) -> OrderWindows.KEY, Grouped.with(figure.storeName, Serdes.String(), json))
          .windowedBy(OrderWindows.WINDOWS)
          .aggregate(() -> 0L, (key, order, sum) -> sum + figure.of(order), exact ? store.withLoggingDisabled() : store);
    }
    return builder.build();
  }
}
