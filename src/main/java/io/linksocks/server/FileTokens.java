package io.linksocks.server;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.util.FollowedFile;
import io.linksocks.util.PeriodicJob;
import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Adds the tokens of a {@link TokenFile}, and reloads it on change. */
final class FileTokens implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** Enough for ten thousand tokens. */
    private static final int MAX_LENGTH = 1 << 20;

    private static final System.Logger LOG = System.getLogger(FileTokens.class.getName());

    private final TextFile file;
    private final TokenRegistry tokens;
    private final Duration settleTime;
    /** Null before the start. */
    private volatile PeriodicJob job;

    /** Guards all below; held while tokens are added and removed. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<TokenRecord> present = new HashSet<>();
    private FollowedFile followed;
    /** Whether lines could not be applied and are retried, such as for a port that is in use. */
    private boolean incomplete;
    private String problem = "";

    FileTokens(Path file, TokenRegistry tokens) {
        this(file, tokens, FollowedFile.SETTLE_TIME);
    }

    /** @param settleTime how long the file must stay unchanged before it is applied */
    FileTokens(Path file, TokenRegistry tokens, Duration settleTime) {
        this.file = new TextFile(file, MAX_LENGTH);
        this.tokens = tokens;
        this.settleTime = settleTime;
    }

    /**
     * Adds the tokens of the file and starts watching it.
     *
     * @throws IOException naming the file and line that can't be applied
     */
    void start() throws IOException {
        lock.lock();
        try {
            followed = new FollowedFile(file, settleTime);
            List<String> problems = apply(followed.text());
            if (!problems.isEmpty()) {
                throw new IOException(problems.get(0));
            }
        } catch (IOException e) {
            throw new IOException(file.path() + ": " + Reason.of(e), e);
        } finally {
            lock.unlock();
        }
        job = new PeriodicJob("token file", PERIOD, this::refresh);
    }

    /**
     * Checks that the file can be read and parsed.
     *
     * @throws IOException naming file and line
     */
    static void check(Path file) throws IOException {
        try {
            parse(file, new TextFile(file, MAX_LENGTH).read());
        } catch (IOException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
    }

    /** Applies a changed file. One that can't be parsed changes nothing: it may be only partly written. */
    void refresh() {
        lock.lock();
        try {
            read().forEach(this::report);
        } catch (IOException e) {
            report(Reason.of(e));
        } finally {
            lock.unlock();
        }
    }

    /** Logs a problem once, not on every poll. */
    private void report(String what) {
        if (!what.equals(problem)) {
            problem = what;
            LOG.log(ERROR, () -> file.path() + ": " + what);
        }
    }

    /** Returns the problems of lines that could not be applied. */
    private List<String> read() throws IOException {
        if (followed.refresh()) {
            TokenFile.requireComplete(followed.text());
        } else if (!incomplete) {
            return List.of();
        }
        return apply(followed.text());
    }

    private static Map<Integer, TokenRecord> parse(Path file, String text) throws IOException {
        Map<Integer, TokenRecord> entries = TokenFile.parse(text);
        if (entries.isEmpty()) {
            LOG.log(WARNING, () -> file + ": there are no tokens in it; it is read again when it changes");
        }
        return entries;
    }

    private List<String> apply(String now) throws IOException {
        incomplete = false;
        Map<Integer, TokenRecord> entries = parse(file.path(), now);
        int before = present.size();
        entries.values().forEach(this::adjust);
        removeAllBut(new HashSet<>(entries.values()));
        int kept = present.size();
        List<String> problems = add(entries);
        incomplete = !problems.isEmpty();
        problem = problems.isEmpty() ? "" : problem;
        if (before != kept || present.size() != kept) {
            LOG.log(INFO, () -> file.path() + ": tokens added " + (present.size() - kept) + ", removed " + (before - kept));
        }
        return problems;
    }

    /** Changes a token that is present with other settings, so that its clients stay connected. */
    private void adjust(TokenRecord wanted) {
        present.stream().filter(entry -> entry.with(wanted.settings()).equals(wanted) && !entry.equals(wanted)).findAny()
                .ifPresent(entry -> {
                    tokens.change(wanted.token(), wanted.settings());
                    present.remove(entry);
                    present.add(wanted);
                });
    }

    /** Removing a reverse token removes its connectors, of which some may have to be added again. */
    private void removeAllBut(Set<TokenRecord> wanted) {
        Set<TokenRecord> stale = new HashSet<>(present);
        stale.removeAll(wanted);
        Set<String> reverse = new HashSet<>();
        stale.forEach(entry -> reverse.add(entry.token()));
        present.stream().filter(entry -> entry instanceof TokenRecord.Connector connector
                && reverse.contains(connector.reverseToken())).forEach(stale::add);
        List<Token> removed = new ArrayList<>();
        stale.forEach(entry -> removed.addAll(tokens.unregister(entry.token())));
        TokenRegistry.cutOff(removed);
        present.removeAll(stale);
    }

    /** Adds connectors last, since they need their reverse tokens. */
    private List<String> add(Map<Integer, TokenRecord> entries) {
        List<String> problems = new ArrayList<>();
        Comparator<Integer> connectorsLast = Comparator.comparing(
                line -> entries.get(line) instanceof TokenRecord.Connector);
        for (int line : entries.keySet().stream().sorted(connectorsLast).toList()) {
            try {
                add(entries.get(line));
            } catch (IOException | IllegalArgumentException e) {
                problems.add(TokenFile.wrong(line, e.getMessage()).getMessage());
            }
        }
        return problems;
    }

    private void add(TokenRecord entry) throws IOException {
        if (present.contains(entry)) {
            return;
        }
        tokens.add(entry);
        present.add(entry);
    }

    /** Stops watching the file, and waits for a change under way; the tokens stay. */
    @Override
    public void close() {
        PeriodicJob running = job;
        if (running != null) {
            running.close();
        }
    }
}
