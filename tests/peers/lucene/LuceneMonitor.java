import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ObjIntConsumer;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorConfiguration;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultiMatchingQueries;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.util.QueryBuilder;

/**
 * Lucene Monitor on the rules and texts of tests/peers/run: each rule a phrase query over Snowball
 * stems, found again for a text by the presearcher. Arguments: FOLDER RULES BATCH; BATCH texts are
 * matched at a time.
 */
public final class LuceneMonitor {
  private static final String FIELD = "text";
  private static final int WARM_UP_PASSES = 6;
  private static final int PASSES = 7;
  private static final double PASS_SECONDS = 0.5;

  /** How many words of a phrase a text must have; with 1 it takes longer, with 3 far more memory. */
  private static final int PRESEARCHER_PASSES = 2;

  /** Words by Unicode's rules, in lower case, stemmed; no stop words, as phrases may hold them. */
  private static final Analyzer STEMS =
      new Analyzer() {
        @Override
        protected TokenStreamComponents createComponents(String field) {
          StandardTokenizer words = new StandardTokenizer();
          return new TokenStreamComponents(
              words, new SnowballFilter(new LowerCaseFilter(words), "English"));
        }
      };

  private final Monitor monitor;
  private final List<String> texts;
  private final int batch;

  private LuceneMonitor(List<String> phrases, List<String> texts, int batch) throws IOException {
    this.monitor =
        new Monitor(
            STEMS,
            new MultipassTermFilteredPresearcher(PRESEARCHER_PASSES),
            new MonitorConfiguration());
    this.texts = texts;
    this.batch = batch;
    QueryBuilder builder = new QueryBuilder(STEMS);
    List<MonitorQuery> queries = new ArrayList<>();
    for (int rule = 0; rule < phrases.size(); rule++) {
      String id = Integer.toString(rule);
      queries.add(new MonitorQuery(id, builder.createPhraseQuery(FIELD, phrases.get(rule))));
    }
    monitor.register(queries);
  }

  /** Matches all texts, and tells each rule that matched with the number of its text. */
  private void pass(ObjIntConsumer<String> found) throws IOException {
    for (int first = 0; first < texts.size(); first += batch) {
      Document[] documents = new Document[Math.min(batch, texts.size() - first)];
      for (int at = 0; at < documents.length; at++) {
        documents[at] = new Document();
        documents[at].add(new TextField(FIELD, texts.get(first + at), Field.Store.NO));
      }
      MultiMatchingQueries<QueryMatch> matching =
          monitor.match(documents, QueryMatch.SIMPLE_MATCHER);
      for (int at = 0; at < documents.length; at++) {
        for (QueryMatch match : matching.getMatches(at)) {
          found.accept(match.getQueryId(), first + at);
        }
      }
    }
  }

  /** Seconds of a processor for all texts: the mean of as many times as take half a second. */
  private double secondsEach() throws IOException {
    int[] count = {0};
    double start = processorSeconds();
    int times = 0;
    while (processorSeconds() - start < PASS_SECONDS) {
      pass((rule, text) -> count[0]++);
      times++;
    }
    return (processorSeconds() - start) / times;
  }

  private static double processorSeconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }

  /** The most memory this process ever had resident, in MiB (Linux). */
  private static long peakMib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return 0;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int rules = Integer.parseInt(arguments[1]);
    int batch = Integer.parseInt(arguments[2]);
    List<String> phrases = Files.readAllLines(folder.resolve("rules.txt")).subList(0, rules);
    List<String> texts = Files.readAllLines(folder.resolve("texts.txt"));
    double start = processorSeconds();
    LuceneMonitor lucene = new LuceneMonitor(phrases, texts, batch);
    double buildSeconds = processorSeconds() - start;
    for (int pass = 0; pass < WARM_UP_PASSES; pass++) {
      lucene.secondsEach();
    }
    double[] passes = new double[PASSES];
    for (int pass = 0; pass < PASSES; pass++) {
      passes[pass] = lucene.secondsEach();
    }
    Arrays.sort(passes);
    String name = batch == 1 ? "lucene" : "lucene_batch";
    int[] matches = {0};
    try (PrintWriter found =
        new PrintWriter(folder.resolve("found/" + name + "." + rules + ".tsv").toFile())) {
      lucene.pass(
          (rule, text) -> {
            matches[0]++;
            found.println(text + "\t" + rule);
          });
    }
    double microseconds = passes[PASSES / 2] * 1e6 / texts.size();
    System.out.printf(
        Locale.ROOT,
        "%s\t%d\t%.2f\t%d\t%.3f\t%d%n",
        name,
        rules,
        microseconds,
        matches[0],
        buildSeconds,
        peakMib());
    System.exit(0); // The monitor keeps a thread that would go on.
  }
}
