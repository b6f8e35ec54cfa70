package orderpulse.peers.flink;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Knows how many records the sources have read. Flink makes it by its class name, so what it knows is static. */
public final class SourceCounter implements MetricReporter, MetricReporterFactory {
  private static final List<Counter> READ = new CopyOnWriteArrayList<>();

  /** Records that all sources of this process have handed on. */
  static long records() {
    return READ.stream().mapToLong(Counter::getCount).sum();
  }

  @Override
  public MetricReporter createMetricReporter(Properties settings) {
    return this;
  }

  @Override
  public void open(MetricConfig settings) {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    String operator = group.getAllVariables().getOrDefault("<operator_name>", "");
    if (name.equals("numRecordsIn") && operator.startsWith("Source:")) READ.add((Counter) metric);
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}

  @Override
  public void close() {}
}
