package io.linksocks.e2e;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Reads the log of every test of the suite, at all levels: none may hold a token that was made up, the hash of any token,
 * or what the tests of whole networks use, nor a number that is cut into groups of digits, as a message format does when
 * it gets one as a number. JUnit finds it by its entry below {@code META-INF/services}.
 */
public final class LogWatch implements BeforeEachCallback, AfterEachCallback {
    /** Tag of tests that count allocated bytes, which a log of everything would multiply. */
    public static final String MEASURES_MEMORY = "measures-memory";

    /** A token that was made up has 32 hexadecimal digits, a hash 64; identifiers in a log have hyphens. */
    private static final Pattern HASH_OR_TOKEN =
            Pattern.compile("(?i)(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])");
    private static final Pattern GROUPED_NUMBER = Pattern.compile("(?<![\\d,])\\d{1,3}(?:,\\d{3})+(?![\\d,])");
    private static final List<String> KNOWN =
            List.of(Network.PROVIDER_TOKEN, Network.CONNECTOR_TOKEN,
            Network.API_KEY, SealedNetwork.SECRET, SealedNetwork.OTHER_SECRET);
    private static final Logger TREE = Logger.getLogger("io.linksocks");
    private static final Queue<String> FAULTS = new ConcurrentLinkedQueue<>();
    private static final Handler READER = new Reader();

    /** Anew for every test, for a command sets up the log as it wants it, and leaves it so. */
    @Override
    public void beforeEach(ExtensionContext context) {
        for (Handler handler : TREE.getHandlers()) {
            TREE.removeHandler(handler);
        }
        TREE.addHandler(READER);
        TREE.setLevel(context.getTags().contains(MEASURES_MEMORY) ? Level.WARNING : Level.ALL);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        String fault = FAULTS.poll();
        FAULTS.clear();
        if (fault != null) {
            throw new AssertionError(fault);
        }
    }

    private static final class Reader extends Handler {
        private final Formatter formatter = new SimpleFormatter();

        Reader() {
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord record) {
            check(formatter.formatMessage(record));
            for (Throwable thrown = record.getThrown(); thrown != null; thrown = thrown.getCause()) {
                check(thrown.toString());
            }
        }

        private static void check(String text) {
            if (HASH_OR_TOKEN.matcher(text).find() || KNOWN.stream().anyMatch(text::contains)) {
                FAULTS.add("a secret is in the log: " + text);
            }
            if (GROUPED_NUMBER.matcher(text).find()) {
                FAULTS.add("a number is grouped in the log: " + text);
            }
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
