import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Judges a running service: from a test of any framework, or by "java AppsContract.java http://127.0.0.1:8080". */
final class AppsContract {
  static void check(String url, String... options) throws Exception {
    var command = new ArrayList<>(List.of("apps-contract", "check", url, "-q", "--report-dir", "target/apps-contract"));
    command.addAll(List.of(options));
    var suite = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(suite.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (suite.waitFor() != 0) throw new AssertionError(said + "more in target/apps-contract/report.html");
    System.out.print(said);
  }

  public static void main(String[] arguments) throws Exception {
    check(arguments[0], Arrays.copyOfRange(arguments, 1, arguments.length));
  }
}
