import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * An Apps server of the JDK alone that keeps its apps in memory, with three mistakes that services in Java often make.
 * "java Service.java 8080" starts it, "java Service.java 8080 --mended" without the mistakes.
 */
public class Service {
  static final String KEY = env("APPS_KEY_ID", "k") + ":" + env("APPS_KEY_SECRET", "s");
  static final String AUTHORIZATION = "Basic " + Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8));
  static final Pattern PATH =
      Pattern.compile("/v1/projects/" + Pattern.quote(env("APPS_PROJECT", "p")) + "/apps(?:/([^/]+))?");

  final Map<String, Map<String, Object>> apps = new ConcurrentHashMap<>();
  final boolean mended;

  Service(boolean mended) {
    this.mended = mended;
  }

  public static void main(String[] arguments) throws IOException {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
    System.setProperty("sun.net.httpserver.nodelay", "true"); // else each answer waits 40 ms for an acknowledgement
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", new Service(List.of(arguments).contains("--mended"))::handle);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
  }

  record Answer(int status, Object body) {}

  void handle(HttpExchange exchange) throws IOException {
    Answer answer;
    try (exchange) {
      try {
        answer = answer(exchange);
      } catch (Json.Malformed error) {
        answer = mended ? failed(400, "the body is no JSON object") : failed(500, trace(error)); // SRV-INPUT-1, SRV-SHAPE-7
      }
      var content = Json.write(answer.body()).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      var isHead = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), isHead ? -1 : content.length);
      if (!isHead) exchange.getResponseBody().write(content);
    }
  }

  Answer answer(HttpExchange exchange) throws IOException {
    var text = text(exchange.getRequestBody().readAllBytes());
    if (!AUTHORIZATION.equals(exchange.getRequestHeaders().getFirst("Authorization"))) return failed(401, "who are you?");
    var path = PATH.matcher(exchange.getRequestURI().getPath());
    if (!path.matches()) return failed(404, "nothing here");
    var id = path.group(1);
    if (id != null && !apps.containsKey(id)) return failed(404, "no such app");
    switch (exchange.getRequestMethod() + (id == null ? " all" : " one")) {
      case "GET all":
        return new Answer(200, Map.of("apps", List.copyOf(apps.values())));
      case "GET one":
        return new Answer(200, apps.get(id));
      case "POST all":
        return changed(Map.of("id", UUID.randomUUID().toString()), Json.object(text), List.of());
      case "PATCH one":
        return changed(apps.get(id), Json.object(text), mask(exchange.getRequestURI().getQuery()));
      case "DELETE one":
        apps.remove(id);
        return new Answer(200, Map.of());
      default:
        return failed(405, "no such method");
    }
  }

  Answer changed(Map<String, Object> old, Map<String, Object> sent, List<String> mask) {
    if (mended && !mask.isEmpty()) sent.keySet().retainAll(mask); // SRV-STATE-7: read, and then forgotten
    var app = new LinkedHashMap<>(old);
    sent.forEach((name, value) -> app.put(name, name.equals("id") ? old.get(name) : value));
    apps.put((String) app.get("id"), app);
    return new Answer(200, app);
  }

  /** Not new String(bytes, UTF_8), which puts U+FFFD in place of what is no UTF-8. */
  static String text(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException error) {
      throw new Json.Malformed();
    }
  }

  static List<String> mask(String query) {
    for (var parameter : (query == null ? "" : query).split("&"))
      if (parameter.startsWith("update_mask=") && parameter.length() > "update_mask=".length())
        return List.of(parameter.substring("update_mask=".length()).split(","));
    return List.of();
  }

  static Answer failed(int status, String message) {
    return new Answer(status, Map.of("code", status, "message", message, "status", "ERROR"));
  }

  static String trace(Exception error) {
    var said = new StringWriter();
    error.printStackTrace(new PrintWriter(said));
    return said.toString();
  }

  static String env(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }

  /** As much JSON as this example needs. A real service takes Jackson. */
  static class Json {
    static class Malformed extends RuntimeException {}

    final String text;
    int place = 0;

    Json(String text) {
      this.text = text;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
      var json = new Json(text);
      var value = json.value(0);
      json.next();
      if (json.place < text.length() || !(value instanceof Map)) throw new Malformed();
      return (Map<String, Object>) value;
    }

    Object value(int depth) {
      if (depth > 200) throw new Malformed();
      switch (next()) {
        case '{':
          var members = new LinkedHashMap<String, Object>();
          for (expect('{'); next() != '}'; separate('}')) {
            var name = string();
            expect(':');
            members.put(name, value(depth + 1));
          }
          expect('}');
          return members;
        case '[':
          var items = new java.util.ArrayList<Object>();
          for (expect('['); next() != ']'; separate(']')) items.add(value(depth + 1));
          expect(']');
          return items;
        case '"':
          return string();
        default:
          var word = Pattern.compile("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?").matcher(text);
          if (!word.find(place) || word.start() != place) throw new Malformed();
          place = word.end();
          if (word.group().equals("null")) return null;
          if (word.group().matches("true|false")) return Boolean.valueOf(word.group());
          return new java.math.BigDecimal(word.group());
      }
    }

    char next() {
      while (place < text.length() && " \t\r\n".indexOf(text.charAt(place)) >= 0) place++;
      return place < text.length() ? text.charAt(place) : 0;
    }

    void expect(char wanted) {
      if (next() != wanted) throw new Malformed();
      place++;
    }

    void separate(char end) {
      if (next() == end) return;
      expect(',');
      if (next() == end) throw new Malformed();
    }

    String string() {
      expect('"');
      var found = new StringBuilder();
      while (true) {
        if (place >= text.length() || text.charAt(place) < ' ') throw new Malformed();
        var sign = text.charAt(place++);
        if (sign == '"') return found.toString();
        found.append(sign == '\\' ? escaped() : sign);
      }
    }

    char escaped() {
      if (place >= text.length()) throw new Malformed();
      var sign = text.charAt(place++);
      var known = "\"\\/bfnrt".indexOf(sign);
      if (known >= 0) return "\"\\/\b\f\n\r\t".charAt(known);
      if (sign != 'u' || place + 4 > text.length()) throw new Malformed();
      try {
        return (char) Integer.parseInt(text.substring(place, place += 4), 16);
      } catch (NumberFormatException error) {
        throw new Malformed();
      }
    }

    static String write(Object value) {
      if (value instanceof Map<?, ?> members)
        return "{" + String.join(",", members.entrySet().stream()
            .map(one -> quoted((String) one.getKey()) + ":" + write(one.getValue())).toList()) + "}";
      if (value instanceof List<?> items)
        return "[" + String.join(",", items.stream().map(Json::write).toList()) + "]";
      if (value instanceof String text) return quoted(text);
      return String.valueOf(value);
    }

    static String quoted(String text) {
      var found = new StringBuilder("\"");
      text.chars().forEach(sign -> found.append(
          sign < ' ' || sign == '"' || sign == '\\' || Character.isSurrogate((char) sign) ? String.format("\\u%04x", sign) : "" + (char) sign));
      return found.append('"').toString();
    }
  }
}
