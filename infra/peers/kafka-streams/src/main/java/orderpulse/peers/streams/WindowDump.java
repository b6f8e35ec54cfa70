package orderpulse.peers.streams;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

/** Windows in files of JSON, for those who compare them. */
final class WindowDump {
  private WindowDump() {}

  /** All visible windows of the five stores: {@code {"<store>":[[<start, epoch ms>,<value>],…],…}}. */
  static void write(StreamsRun run, Path file) throws IOException, InterruptedException {
    try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      json.writeStartObject();
      for (FigureStore figure : FigureStore.values()) {
        json.writeArrayFieldStart(figure.storeName);
        writeAll(run.store(figure.storeName), json);
        json.writeEndArray();
      }
      json.writeEndObject();
    }
  }

  /**
   * All windows of one store, a line each: {@code [start, orders, revenueCents, fraud, delivered, refunded]}; one of each
   * partition that has it.
   */
  static void writeFigures(StreamsRun run, String store, Path file) throws IOException, InterruptedException {
    ReadOnlyWindowStore<String, OrderFigures> figures = run.store(store);
    try (PrintWriter out = new PrintWriter(file.toFile(), StandardCharsets.UTF_8);
        KeyValueIterator<Windowed<String>, OrderFigures> windows = figures.all()) {
      while (windows.hasNext()) {
        KeyValue<Windowed<String>, OrderFigures> window = windows.next();
        OrderFigures sum = window.value;
        long[] line = {
          window.key.window().start(), sum.orders(), sum.revenueCents(), sum.fraud(), sum.delivered(), sum.refunded()
        };
        out.println(Arrays.toString(line));
      }
    }
  }

  private static void writeAll(ReadOnlyWindowStore<String, Long> store, JsonGenerator json) throws IOException {
    try (KeyValueIterator<Windowed<String>, Long> windows = store.all()) {
      while (windows.hasNext()) {
        KeyValue<Windowed<String>, Long> window = windows.next();
        json.writeArray(new long[] {window.key.window().start(), window.value}, 0, 2);
      }
    }
  }
}
