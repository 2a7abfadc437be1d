import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.misc.index.BPIndexReorderer;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Version;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * Lucene behind the same protocol as query/rls_driver.c: StandardTokenizer, lower case, English
 * Snowball, no stop words, title and text in one field with positions, nothing stored, one thread, one
 * segment.
 *
 * <pre>
 *   LuceneDriver index DIR [bp] &lt; documents.jsonl      (bp: then reordered by BPIndexReorderer)
 *   LuceneDriver query DIR [ROUNDS] &lt; lines of COMMAND TAB query
 * </pre>
 */
public final class LuceneDriver {
    private static final String FIELD = "text";

    private static final class EnglishAnalyzer extends Analyzer {
        @Override
        protected TokenStreamComponents createComponents(String field) {
            Tokenizer source = new StandardTokenizer();
            TokenStream words = new SnowballFilter(new LowerCaseFilter(source), new EnglishStemmer());
            return new TokenStreamComponents(source, words);
        }
    }

    private static IndexWriterConfig config() {
        IndexWriterConfig config = new IndexWriterConfig(new EnglishAnalyzer());
        config.setRAMBufferSizeMB(1024);
        config.setMergeScheduler(new SerialMergeScheduler());
        config.setUseCompoundFile(false);
        return config;
    }

    private static void index(Path folder, boolean reorder) throws IOException {
        Path first = reorder ? folder.resolveSibling(folder.getFileName() + ".given") : folder;
        long parsing = 0;
        long count = 0;
        long start = System.nanoTime();
        try (Directory directory = new MMapDirectory(first);
                IndexWriter writer = new IndexWriter(directory, config())) {
            writer.deleteAll();
            FieldType type = new FieldType();
            type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
            type.setTokenized(true);
            type.freeze();
            Field text = new Field(FIELD, "", type);
            Document document = new Document();
            document.add(text);
            BufferedReader input = input(1 << 20);
            long begun = System.nanoTime();
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                text.setStringValue(member(line, "title") + "\n" + member(line, "text"));
                parsing += System.nanoTime() - begun;
                writer.addDocument(document);
                count++;
                begun = System.nanoTime();
            }
            writer.commit();
            say("indexed %.3f s, %d documents, Lucene %s", start + parsing, count, Version.LATEST);
            writer.forceMerge(1);
            writer.commit();
            say("optimized %.3f s", start + parsing);
        }
        if (reorder)
            reorder(first, folder, start + parsing);
    }

    private static void reorder(Path from, Path to, long start) throws IOException {
        try (Directory source = new MMapDirectory(from);
                Directory target = new MMapDirectory(to);
                DirectoryReader reader = DirectoryReader.open(source);
                IndexWriter writer = new IndexWriter(target, config())) {
            writer.deleteAll();
            BPIndexReorderer reorderer = new BPIndexReorderer();
            reorderer.setRAMBudgetMB(2048);
            CodecReader segment = (CodecReader) reader.leaves().get(0).reader();
            writer.addIndexes(reorderer.reorder(segment, target, null));
            writer.forceMerge(1);
            writer.commit();
        }
        say("reordered %.3f s", start);
    }

    private static void say(String format, long start, Object... rest) {
        Object[] all = new Object[rest.length + 1];
        all[0] = (System.nanoTime() - start) / 1e9;
        System.arraycopy(rest, 0, all, 1, rest.length);
        System.out.println(String.format(format, all));
    }

    private static BufferedReader input(int size) {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), size);
    }

    /** The string member {@code name} of an object of strings that run.py wrote on one line. */
    static String member(String line, String name) {
        int at = line.indexOf("\"" + name + "\": \"");
        if (at < 0)
            return "";
        StringBuilder value = new StringBuilder();
        for (at += name.length() + 5; at < line.length() && line.charAt(at) != '"'; at++) {
            char one = line.charAt(at);
            if (one != '\\') {
                value.append(one);
                continue;
            }
            one = line.charAt(++at);
            if (one == 'u') {
                value.append((char) Integer.parseInt(line.substring(at + 1, at + 5), 16));
                at += 4;
            } else {
                int known = "nrtbf".indexOf(one);
                value.append(known < 0 ? one : "\n\r\t\b\f".charAt(known));
            }
        }
        return value.toString();
    }

    private static long answer(IndexSearcher searcher, QueryParser parser, String command, String text)
            throws IOException, ParseException {
        Query query = parser.parse(text);
        if (command.equals("COUNT"))
            return searcher.count(query);
        boolean count = command.endsWith("_COUNT");
        int limit = Integer.parseInt(command.split("_")[1]);
        TopDocs top = searcher.search(query,
                new TopScoreDocCollectorManager(limit, null, count ? Integer.MAX_VALUE : limit));
        if (!count)
            return top.scoreDocs.length;
        // A record's accessor in Lucene 10, a field before: "12 hits" reads the same in both.
        String hits = top.totalHits.toString();
        return Long.parseLong(hits.substring(0, hits.indexOf(' ')));
    }

    private static void query(Path folder, int rounds) throws IOException, ParseException {
        PrintStream output = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false);
        BufferedReader input = input(1 << 16);
        try (Directory directory = new MMapDirectory(folder);
                IndexReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null);
            QueryParser parser = new QueryParser(FIELD, new EnglishAnalyzer());
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                int tab = line.indexOf('\t');
                if (tab < 0)
                    continue;
                String command = line.substring(0, tab);
                String text = line.substring(tab + 1);
                long best = Long.MAX_VALUE;
                long value = 0;
                for (int round = 0; round < rounds; round++) {
                    long start = System.nanoTime();
                    value = answer(searcher, parser, command, text);
                    best = Math.min(best, System.nanoTime() - start);
                }
                output.println(value + "\t" + best);
                output.flush();
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length >= 2 && arguments[0].equals("index"))
            index(Path.of(arguments[1]), arguments.length > 2 && arguments[2].equals("bp"));
        else if (arguments.length >= 2 && arguments[0].equals("query"))
            query(Path.of(arguments[1]), arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1);
        else
            System.exit(2);
    }
}
