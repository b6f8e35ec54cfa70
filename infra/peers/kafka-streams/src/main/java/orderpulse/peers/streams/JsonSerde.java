package orderpulse.peers.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Whole orders as JSON. */
final class JsonSerde {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonSerde() {}

  static Serde<JsonNode> create() {
    return Serdes.serdeFrom((topic, order) -> write(order), (topic, bytes) -> read(bytes));
  }

  private static byte[] write(JsonNode order) {
    try {
      return MAPPER.writeValueAsBytes(order);
    } catch (JsonProcessingException error) {
      throw new SerializationException(error);
    }
  }

  private static JsonNode read(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException error) {
      throw new SerializationException(error);
    }
  }
}
