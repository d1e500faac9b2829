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
 * or what the tests of whole networks use. JUnit finds it by its entry below {@code META-INF/services}.
 */
public final class SecretWatch implements BeforeEachCallback, AfterEachCallback {
    /** A token that was made up has 32 hexadecimal digits, a hash 64; identifiers in a log have hyphens. */
    private static final Pattern HASH_OR_TOKEN =
            Pattern.compile("(?i)(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])");
    private static final List<String> KNOWN =
            List.of(Network.PROVIDER_TOKEN, Network.CONNECTOR_TOKEN, Network.API_KEY);
    private static final Logger TREE = Logger.getLogger("io.linksocks");
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();
    private static final Handler READER = new Reader();

    /** Anew for every test, for a command sets up the log as it wants it, and leaves it so. */
    @Override
    public void beforeEach(ExtensionContext context) {
        for (Handler handler : TREE.getHandlers()) {
            TREE.removeHandler(handler);
        }
        TREE.addHandler(READER);
        TREE.setLevel(Level.ALL);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        String leak = LEAKS.poll();
        LEAKS.clear();
        if (leak != null) {
            throw new AssertionError("a secret is in the log: " + leak);
        }
    }

    private static final class Reader extends Handler {
        private final Formatter formatter = new SimpleFormatter();

        Reader() {
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord record) {
            String text = formatter.format(record);
            if (HASH_OR_TOKEN.matcher(text).find() || KNOWN.stream().anyMatch(text::contains)) {
                LEAKS.add(text);
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
