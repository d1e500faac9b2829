package io.linksocks.server;

import static java.lang.System.Logger.Level.ERROR;

import io.linksocks.cluster.Directory;
import io.linksocks.json.Json;
import io.linksocks.protocol.TokenHash;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Tokens that hold at all servers of a cluster. A change is made in the directory, which decides between servers, and applied
 * here when the directory tells it. A token of this server alone takes precedence over one of the cluster.
 */
final class ClusterTokens implements ManagedTokens, Directory.Listener {
    private static final String DUPLICATE = "token already exists";

    private static final System.Logger LOG = System.getLogger(ClusterTokens.class.getName());

    private final RateLimitedLogger unused = new RateLimitedLogger(LOG);
    private final TokenRegistry tokens;
    private final Directory directory;

    /** Guards all below; held while a token of the cluster is added here or unregistered. */
    private final ReentrantLock lock = new ReentrantLock();
    /** By hash. */
    private final Map<String, Token> held = new HashMap<>();
    /** Tokens of the cluster that can't be added yet, such as connector tokens without their reverse token. By hash. */
    private final Map<String, TokenRecord> waiting = new HashMap<>();

    ClusterTokens(TokenRegistry tokens, Directory directory) {
        this.tokens = tokens;
        this.directory = directory;
    }

    // --- changes by this server --------------------------------------------------------------------------------------

    @Override
    public Token add(TokenRecord wanted) throws IOException {
        // Generates what is missing, and finds out whether the port is free here.
        Token added = tokens.add(wanted);
        String hash = TokenHash.of(added.value());
        boolean created = false;
        try {
            created = directory.createToken(hash, TokenJson.write(added.account().record()));
        } finally {
            if (!created) {
                takeBack(added);
            }
        }
        if (!created) {
            throw new IllegalArgumentException(DUPLICATE);
        }
        lock.lock();
        try {
            held.putIfAbsent(hash, added);
        } finally {
            lock.unlock();
        }
        return added;
    }

    /** Removes a token that the cluster does not have; the one that it may have instead takes its place. */
    private void takeBack(Token added) {
        lock.lock();
        try {
            if (held.get(TokenHash.of(added.value())) != added) {
                cutOff(tokens.unregister(added.value()));
                Map.copyOf(waiting).forEach(this::add);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean change(String value, UnaryOperator<TokenSettings> change) throws IOException {
        String hash = TokenHash.of(value);
        Token token = tokens.find(hash);
        if (token == null) {
            return false;
        }
        TokenRecord record = token.account().record();
        TokenSettings next = change.apply(record.settings());
        return directory.hasToken(hash)
                ? directory.replaceToken(hash, TokenJson.write(record.with(next)))
                : tokens.change(value, next) != null;
    }

    @Override
    public boolean keeps(String value) {
        return directory.hasToken(TokenHash.of(value));
    }

    @Override
    public boolean remove(String value) throws IOException {
        String hash = TokenHash.of(value);
        if (!directory.hasToken(hash)) {
            return tokens.remove(value);
        }
        if (tokens.find(hash) instanceof ReverseToken reverse) {
            for (Token.Connector connector : reverse.connectors()) {
                directory.removeToken(TokenHash.of(connector.value()));
            }
        }
        return directory.removeToken(hash);
    }

    // --- changes that the directory tells ----------------------------------------------------------------------------

    @Override
    public void onToken(String hash, Map<?, ?> token) {
        lock.lock();
        try {
            TokenRecord record = TokenJson.read(new JsonMembers(token));
            if (TokenHash.of(String.valueOf(record.token())).equals(hash)) {
                apply(hash, record);
            }
        } catch (IllegalArgumentException e) {
            LOG.log(ERROR, () -> "a token of the cluster is not in use here, which needs a newer version: " + e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private void apply(String hash, TokenRecord record) {
        Token known = held.get(hash);
        if (known == null) {
            known = tokens.find(hash);
        }
        if (known != null && text(known.account().record()).equals(text(record))) {
            held.put(hash, known);
            return;
        }
        if (held.containsKey(hash) && text(known.account().record().with(record.settings())).equals(text(record))) {
            tokens.change(known.value(), record.settings());
            return;
        }
        if (held.containsKey(hash)) {
            drop(hash);
        }
        waiting.put(hash, record);
        add(hash, record);
    }

    private static String text(TokenRecord record) {
        return Json.write(TokenJson.write(record));
    }

    /** Adds connector tokens that have waited for their reverse token. */
    private void addConnectors(String reverseToken) {
        List<String> ready = waiting.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof TokenRecord.Connector connector
                        && connector.reverseToken().equals(reverseToken))
                .map(Map.Entry::getKey).toList();
        ready.forEach(hash -> add(hash, waiting.get(hash)));
    }

    private void add(String hash, TokenRecord record) {
        if (record instanceof TokenRecord.Connector connector
                && tokens.find(TokenHash.of(connector.reverseToken())) == null) {
            return;
        }
        try {
            held.put(hash, tokens.addKnown(record));
            waiting.remove(hash);
            if (record instanceof TokenRecord.Reverse) {
                addConnectors(record.token());
            }
        } catch (IllegalArgumentException | IOException e) {
            unused.warn(Token.nameOf(record) + " of the cluster is not in use here: " + Reason.of(e));
        }
    }

    @Override
    public void onTokenRemoved(String hash) {
        lock.lock();
        try {
            waiting.remove(hash);
            drop(hash);
        } finally {
            lock.unlock();
        }
    }

    /** Unregisters a token, and closes its sessions on another thread. */
    private void drop(String hash) {
        Token gone = held.remove(hash);
        if (gone == null) {
            return;
        }
        List<Token> removed = tokens.unregister(gone.value());
        for (Token dependent : removed) {
            String name = TokenHash.of(dependent.value());
            if (held.remove(name, dependent)) {
                waiting.put(name, dependent.account().record());
            }
        }
        cutOff(removed);
    }

    private static void cutOff(List<Token> removed) {
        Threads.start("cut off", () -> TokenRegistry.cutOff(removed));
    }

    // --- providers ---------------------------------------------------------------------------------------------------

    @Override
    public void onProviders(String hash, UUID group, Map<Integer, Integer> present) {
        if (tokens.find(hash) instanceof ReverseToken reverse) {
            reverse.onRemoteProviders(present.values().stream().mapToInt(Integer::intValue).sum());
        }
        tokens.refreshProviders();
    }

    @Override
    public void onNodes() {
        tokens.refreshProviders();
    }
}
