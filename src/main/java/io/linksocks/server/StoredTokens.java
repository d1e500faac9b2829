package io.linksocks.server;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.cluster.UnavailableException;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The tokens that are added, changed and removed by the HTTP API. With a folder they survive a restart, with the port of a
 * reverse token; without, they last as long as the server.
 */
final class StoredTokens implements ManagedTokens {
    private static final System.Logger LOG = System.getLogger(StoredTokens.class.getName());

    private final TokenRegistry tokens;
    /** Null without a folder. */
    private final StateFile file;
    /** Held while a change is made and stored, so that both happen in the same order. */
    private final ReentrantLock lock = new ReentrantLock();

    private final RateLimitedLogger notStored = new RateLimitedLogger(LOG);

    /** @param folder null to store nothing */
    StoredTokens(Path folder, TokenRegistry tokens) {
        this.tokens = tokens;
        this.file = folder == null ? null : new StateFile(folder, "tokens");
    }

    /**
     * Checks that the stored tokens can be read.
     *
     * @throws IOException naming the file
     */
    static void check(Path folder) throws IOException {
        records(new StateFile(folder, "tokens"));
    }

    /**
     * Adds the stored tokens, after those of the command line and the token file, which take precedence. One that can't be
     * added stays stored.
     *
     * @throws IOException naming the file that can't be read
     */
    void start() throws IOException {
        if (file == null) {
            return;
        }
        // Proves at once that later changes can be written.
        file.update(stored -> stored);
        List<TokenRecord> records = records(file);
        Stream.concat(records.stream().filter(record -> !(record instanceof TokenRecord.Connector)),
                records.stream().filter(TokenRecord.Connector.class::isInstance)).forEach(this::restore);
        LOG.log(INFO, () -> "tokens stored: " + records.size());
    }

    /** Tells that the stored tokens are not in use, if there are any. */
    void warnOfCluster() throws IOException {
        int count = file == null ? 0 : file.read().size();
        if (count > 0) {
            LOG.log(WARNING, () -> "tokens stored, but not in use: " + count
                    + "; a cluster has tokens of its own, add them there");
        }
    }

    private void restore(TokenRecord record) {
        try {
            tokens.addKnown(record);
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(ERROR, () -> "stored " + Token.nameOf(record) + " is not in use: " + Reason.of(e));
        }
    }

    private static List<TokenRecord> records(StateFile file) throws IOException {
        List<TokenRecord> records = new ArrayList<>();
        for (JsonMembers members : file.read()) {
            try {
                records.add(TokenJson.read(members));
            } catch (IllegalArgumentException e) {
                throw file.damaged("token " + (records.size() + 1) + ": " + e.getMessage());
            }
        }
        return records;
    }

    @Override
    public Token add(TokenRecord wanted) throws IOException {
        lock.lock();
        try {
            Token added = tokens.add(wanted);
            try {
                store(added.value(), added.account().record());
            } catch (IOException e) {
                tokens.remove(added.value());
                throw e;
            }
            return added;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean change(String value, UnaryOperator<TokenSettings> change) throws IOException {
        lock.lock();
        try {
            Token token = tokens.find(TokenHash.of(value));
            if (token == null) {
                return false;
            }
            TokenSettings next = change.apply(token.account().settings());
            if (isStored(List.of(value))) {
                store(value, token.account().record().with(next));
            }
            tokens.change(value, next);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean keeps(String value) throws IOException {
        return file == null || isStored(List.of(value));
    }

    @Override
    public boolean remove(String value) throws IOException {
        List<Token> removed = List.of();
        lock.lock();
        try {
            List<String> gone = new ArrayList<>(List.of(value));
            removed = tokens.unregister(value);
            removed.forEach(token -> gone.add(token.value()));
            return forget(gone) || !removed.isEmpty();
        } catch (UnavailableException e) {
            throw removed.isEmpty() ? e : new UnavailableException("removed until the restart only: " + e.getMessage());
        } finally {
            lock.unlock();
            // Without the lock, as it takes a second when a client does not answer its Close.
            TokenRegistry.cutOff(removed);
        }
    }

    private void store(String value, TokenRecord record) throws UnavailableException {
        if (file != null) {
            update(stored -> {
                List<JsonMembers> next = new ArrayList<>(stored);
                next.removeIf(members -> value.equals(members.text("token")));
                next.add(new JsonMembers(TokenJson.write(record)));
                return next;
            });
        }
    }

    /** Returns whether one of them was stored. */
    private boolean forget(List<String> values) throws UnavailableException {
        boolean found = isStored(values);
        if (found) {
            update(stored -> stored.stream().filter(members -> !values.contains(members.text("token"))).toList());
        }
        return found;
    }

    private void update(UnaryOperator<List<JsonMembers>> change) throws UnavailableException {
        try {
            file.update(change);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** Whether one of them is stored. */
    private boolean isStored(List<String> values) throws UnavailableException {
        try {
            return file != null && file.read().stream().anyMatch(members -> values.contains(members.text("token")));
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** Who asked for the change may not be who looks after the disk. */
    private UnavailableException unavailable(IOException e) {
        String why = "tokens can't be stored: " + Reason.of(e);
        notStored.warn(why);
        return new UnavailableException(why);
    }
}
