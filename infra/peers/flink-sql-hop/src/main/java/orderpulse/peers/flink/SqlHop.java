package orderpulse.peers.flink;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import orderpulse.peers.common.Arguments;
import orderpulse.peers.common.Progress;
import orderpulse.peers.common.Starter;

/**
 * Flink SQL with a hopping window table function, which shares slices between windows: five figures of 60 s every second,
 * of which the JSON format reads no more than the needed fields; all of Flink in this process, two tasks, a checkpoint a
 * second.
 *
 * <p>Arguments: {@code --bootstrap --topic --group-id --state-dir --records}. The topic may hold more. With
 * {@code --output file} the topic is read to its present end, every window is written there as a line of
 * {@code [start, orders, revenueCents, fraud, delivered, refunded]}, and {@code --records} is not needed.
 */
public final class SqlHop {
  private static final String ORDERS =
      """
      CREATE TABLE orders (
        event_type STRING,
        revenue_cents BIGINT,
        fraud_flag BOOLEAN,
        delivered STRING,
        refunded STRING,
        event_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
        WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
      ) WITH (
        'connector' = 'kafka',
        'topic' = '%s',
        'properties.bootstrap.servers' = '%s',
        'properties.group.id' = '%s',
        'properties.max.partition.fetch.bytes' = '4194304',
        'properties.max.poll.records' = '5000',
        'scan.startup.mode' = 'earliest-offset',
        'scan.bounded.mode' = '%s',
        'format' = 'json'
      )
      """;

  private static final String WINDOWS =
      """
      SELECT window_start,
             COUNT(*) FILTER (WHERE created),
             SUM(CASE WHEN created THEN revenue_cents ELSE 0 END),
             COUNT(*) FILTER (WHERE created AND fraud_flag),
             COUNT(*) FILTER (WHERE event_type = 'order.delivered' OR (created AND LOWER(delivered) = 'yes')),
             COUNT(*) FILTER (WHERE event_type = 'order.refunded' OR (created AND LOWER(refunded) = 'yes'))
      FROM TABLE(HOP(TABLE events, DESCRIPTOR(event_time), INTERVAL '1' SECOND, INTERVAL '60' SECOND))
      GROUP BY window_start, window_end
      """;

  private SqlHop() {}

  public static void main(String[] words) throws Exception {
    Starter.follow();
    Arguments arguments = new Arguments(words);
    String output = arguments.text("output", "");
    TableEnvironment flink = TableEnvironment.create(EnvironmentSettings.newInstance().withConfiguration(settings(arguments)).build());
    flink.executeSql(
        ORDERS.formatted(
            arguments.text("topic"),
            arguments.text("bootstrap"),
            arguments.text("group-id"),
            output.isEmpty() ? "unbounded" : "latest-offset"));
    flink.executeSql("CREATE VIEW events AS SELECT *, event_type = 'order.created' AS created FROM orders");
    TableResult result = flink.executeSql(WINDOWS);
    if (output.isEmpty()) readRecords(result, arguments.number("records"));
    else writeWindows(result, Path.of(output));
    // The engine's own threads would keep the process.
    System.exit(0);
  }

  private static Configuration settings(Arguments arguments) {
    Configuration settings = new Configuration();
    settings.setString("execution.runtime-mode", "streaming");
    settings.setString("parallelism.default", "2");
    settings.setString("pipeline.object-reuse", "true");
    settings.setString("execution.checkpointing.interval", "1 s");
    settings.setString("execution.checkpointing.dir", Path.of(arguments.text("state-dir")).toUri().toString());
    settings.setString("io.tmp.dirs", arguments.text("state-dir"));
    settings.setString("restart-strategy.type", "none");
    settings.setString("table.local-time-zone", "UTC");
    settings.setString("metrics.reporter.progress.factory.class", SourceCounter.class.getName());
    return settings;
  }

  private static void readRecords(TableResult result, long records) throws InterruptedException {
    Progress progress = new Progress();
    AtomicLong windows = new AtomicLong();
    Thread collecting = new Thread(() -> collect(result, progress, windows), "windows");
    collecting.setDaemon(true);
    collecting.start();
    progress.await(SourceCounter::records, records);
    Progress.line("\"event\":\"windows\",\"windows\":" + windows.get());
  }

  private static void collect(TableResult result, Progress progress, AtomicLong windows) {
    try (CloseableIterator<Row> rows = result.collect()) {
      for (; rows.hasNext(); rows.next()) windows.incrementAndGet();
    } catch (Exception error) {
      error.printStackTrace();
    }
    // The topic is unbounded: whatever ended, it was no success.
    progress.stop();
  }

  private static void writeWindows(TableResult result, Path file) throws Exception {
    try (CloseableIterator<Row> rows = result.collect(); PrintWriter out = new PrintWriter(file.toFile(), "UTF-8")) {
      while (rows.hasNext()) {
        Row row = rows.next();
        long start = ((LocalDateTime) row.getField(0)).toInstant(ZoneOffset.UTC).toEpochMilli();
        out.println("[" + start + "," + row.getField(1) + "," + row.getField(2) + "," + row.getField(3) + "," + row.getField(4) + "," + row.getField(5) + "]");
      }
    }
  }
}
