package orderpulse.peers.common;

import java.util.HashMap;
import java.util.Map;

/** The arguments of a program: pairs of {@code --name value}. */
public final class Arguments {
  private final Map<String, String> values = new HashMap<>();

  /** @throws IllegalArgumentException when a name has no value or does not begin with two dashes */
  public Arguments(String[] words) {
    if (words.length % 2 != 0) throw new IllegalArgumentException("arguments are pairs of --name value");
    for (int i = 0; i < words.length; i += 2) {
      if (!words[i].startsWith("--")) throw new IllegalArgumentException(words[i] + " is no name of an argument");
      values.put(words[i].substring(2), words[i + 1]);
    }
  }

  /** @throws IllegalArgumentException when it was not given */
  public String text(String name) {
    String value = values.get(name);
    if (value == null) throw new IllegalArgumentException("--" + name + " is missing");
    return value;
  }

  public String text(String name, String fallback) {
    return values.getOrDefault(name, fallback);
  }

  /** @throws NumberFormatException when it is no whole number */
  public long number(String name) {
    return Long.parseLong(text(name));
  }

  public long number(String name, long fallback) {
    return Long.parseLong(text(name, Long.toString(fallback)));
  }
}
