package io.linksocks.server;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.access.AccessRules;
import io.linksocks.util.FollowedFile;
import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.locks.ReentrantLock;

/** The tokens of a {@link TokenFile}: they come and go with its lines, and with no others. */
final class FileTokens implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** Some ten thousand tokens. */
    private static final int MAX_LENGTH = 1 << 20;

    private static final System.Logger LOG = System.getLogger(FileTokens.class.getName());

    private final TextFile file;
    private final TokenRegistry tokens;
    private final Duration settleTime;

    /** Guards all below; held while tokens are added and removed. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<TokenFile.Entry> present = new HashSet<>();
    private FollowedFile followed;
    /** Whether lines had no effect, such as for a port that may be free later. */
    private boolean incomplete;
    private String problem = "";
    private ScheduledFuture<?> next;
    private boolean closed;

    FileTokens(Path file, TokenRegistry tokens) {
        this(file, tokens, FollowedFile.SETTLE_TIME);
    }

    /** @param settleTime how long a change must stay the same before it counts */
    FileTokens(Path file, TokenRegistry tokens, Duration settleTime) {
        this.file = new TextFile(file, MAX_LENGTH);
        this.tokens = tokens;
        this.settleTime = settleTime;
    }

    /**
     * Adds the tokens of the file and begins to watch it.
     *
     * @throws IOException naming file and line when not all of them can be added
     */
    void start() throws IOException {
        lock.lock();
        try {
            followed = new FollowedFile(file, settleTime);
            List<String> problems = apply(followed.text());
            if (!problems.isEmpty()) {
                throw new IOException(problems.get(0));
            }
            schedule();
        } catch (IOException e) {
            throw new IOException(file.path() + ": " + Reason.of(e), e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether {@link #start} will be able to read the file.
     *
     * @throws IOException naming file and line
     */
    static void check(Path file) throws IOException {
        try {
            TokenFile.parse(new TextFile(file, MAX_LENGTH).read());
        } catch (IOException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
    }

    private void schedule() {
        if (!closed) {
            next = Threads.later(PERIOD, () -> Threads.start("token file", this::refreshAndGoOn));
        }
    }

    private void refreshAndGoOn() {
        lock.lock();
        try {
            refresh();
        } finally {
            // Whatever went wrong this time.
            schedule();
            lock.unlock();
        }
    }

    /** Looks whether the file has changed. One that can't be read changes nothing: somebody may be writing it just now. */
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

    /** Once, and not every few seconds. */
    private void report(String what) {
        if (!what.equals(problem)) {
            problem = what;
            LOG.log(ERROR, () -> file.path() + ": " + what);
        }
    }

    /** Returns why lines have no effect. */
    private List<String> read() throws IOException {
        if (followed.refresh()) {
            TokenFile.requireComplete(followed.text());
        } else if (!incomplete) {
            return List.of();
        }
        return apply(followed.text());
    }

    private List<String> apply(String now) throws IOException {
        incomplete = false;
        Map<Integer, TokenFile.Entry> entries = TokenFile.parse(now);
        int before = present.size();
        removeAllBut(new HashSet<>(entries.values()));
        int kept = present.size();
        List<String> problems = new ArrayList<>();
        add(entries, false, problems);
        add(entries, true, problems);
        incomplete = !problems.isEmpty();
        problem = problems.isEmpty() ? "" : problem;
        if (before != kept || present.size() != kept) {
            LOG.log(INFO, () -> file.path() + ": tokens added " + (present.size() - kept) + ", removed " + (before - kept));
        }
        return problems;
    }

    /** With a reverse token go its connectors, of which some may have to be added again. */
    private void removeAllBut(Set<TokenFile.Entry> wanted) {
        Set<TokenFile.Entry> stale = new HashSet<>(present);
        stale.removeAll(wanted);
        Set<String> reverse = new HashSet<>();
        stale.forEach(entry -> reverse.add(entry.token()));
        present.stream().filter(entry -> entry instanceof TokenFile.Connector connector
                && reverse.contains(connector.reverseToken())).forEach(stale::add);
        stale.forEach(entry -> tokens.remove(entry.token()));
        present.removeAll(stale);
    }

    /** @param connectors whether it is the turn of the connectors, which need their reverse tokens */
    private void add(Map<Integer, TokenFile.Entry> entries, boolean connectors, List<String> problems) {
        entries.forEach((line, entry) -> {
            if (entry instanceof TokenFile.Connector != connectors || present.contains(entry)) {
                return;
            }
            try {
                add(entry);
                present.add(entry);
            } catch (IOException | IllegalArgumentException e) {
                problems.add(TokenFile.wrong(line, e.getMessage()).getMessage());
            }
        });
    }

    private void add(TokenFile.Entry entry) throws IOException {
        switch (entry) {
            case TokenFile.Forward forward -> tokens.addForward(forward.token(), AccessRules.NONE);
            case TokenFile.Reverse reverse -> tokens.addReverse(
                    ReverseTokenOptions.DEFAULT.withToken(reverse.token()).withPort(reverse.port()));
            case TokenFile.Connector connector ->
                tokens.addConnector(connector.token(), connector.reverseToken(), AccessRules.NONE);
        }
    }

    /** Watches no longer; the tokens stay. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (next != null) {
                next.cancel(false);
            }
        } finally {
            lock.unlock();
        }
    }
}
