package io.linksocks.server;

import io.linksocks.cluster.Directory;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.TokenHash;
import io.linksocks.proxy.EntryOptions;
import io.linksocks.relay.SessionPool;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Threads;
import io.linksocks.util.TokenText;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;

/** All tokens of a server (docs/protocol.md, tokens). Thread-safe. */
final class TokenRegistry implements ReverseToken.Observer {
    private static final int RANDOM_BYTES = 16;
    /** Limit for all providers of a reverse token together: far above normal use, bounds hostile ones. */
    private static final int MAX_CONNECTORS_OF_A_TOKEN = 1000;
    private static final String DUPLICATE = "token already exists";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ServerOptions options;
    private final AccessConfig access;
    private final RecentEvents events;
    private final TokenTraffic traffic;
    private final TokenAccount.Shared shared;
    private final SocksPorts ports;

    /**
     * Tokens by the salted hash of their hash: the timing of a look-up then reveals nothing about a valid hash, without
     * comparing each token in constant time.
     */
    private final ConcurrentHashMap<String, Token> byKey = new ConcurrentHashMap<>();
    private final String salt = random();
    /** Held while dependent tokens are added or removed; acquired before the locks of tokens. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Null without a cluster. */
    private volatile Directory directory;
    /** Null without a cluster. */
    private volatile RemoteProviders remote;

    /** @param counters records added and removed tokens among its events */
    TokenRegistry(ServerOptions options, AccessConfig access, ServerCounters counters) {
        this.traffic = new TokenTraffic(options.stateDirectory(), InstantSource.system());
        this.events = counters.events;
        this.shared = new TokenAccount.Shared(counters, InstantSource.system(), traffic);
        this.access = access;
        this.options = options;
        this.ports = new SocksPorts(options.socksHost(), options.port(),
                options.cluster() == null || options.cluster().opensPorts());
    }

    private static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    // --- adding ----------------------------------------------------------------------------------------------------

    /**
     * Adds a token.
     *
     * @param wanted without a token for a random one, here and below
     * @throws IllegalArgumentException when the token is not valid or exists already, here and below
     * @throws IOException when the SOCKS port can't be opened
     */
    Token add(TokenRecord wanted) throws IOException {
        return switch (wanted) {
            case TokenRecord.Forward forward -> add(forward);
            case TokenRecord.Reverse reverse -> add(reverse);
            case TokenRecord.Connector connector -> add(connector);
        };
    }

    Token.Forward add(TokenRecord.Forward wanted) {
        TokenRecord complete = new TokenRecord.Forward(usable(wanted.token()), wanted.rules(), wanted.settings());
        return register(new Token.Forward(new TokenAccount(complete, shared), wanted.rules(), new SessionPool()));
    }

    /**
     * Adds a token that was added before: at another server, or before a restart. A SOCKS port that can't be opened now is no
     * obstacle.
     *
     * @throws IllegalArgumentException when the token exists already, or its reverse token does not exist
     */
    Token addKnown(TokenRecord record) throws IOException {
        if (!(record instanceof TokenRecord.Reverse reverse) || reverse.options().connectorAutonomy()) {
            return add(record);
        }
        SocksPorts.Port port = ports.reserve(reverse.options().port(), ingress(reverse.options()));
        try {
            ReverseToken token = register(reverse(reverse, port));
            if (options.socksNoWait()) {
                token.tryOpenPort();
            }
            return withRemoteProviders(token);
        } catch (IllegalArgumentException e) {
            port.close();
            throw e;
        }
    }

    /** Tells a new token of its providers at other servers, of which the directory may have told before there was the token. */
    private ReverseToken withRemoteProviders(ReverseToken token) {
        Directory others = directory;
        if (others != null && !token.isAutonomous()) {
            token.onRemoteProviders(others.providers(TokenHash.of(token.value()), ReverseToken.SHARED).values().stream()
                    .mapToInt(Integer::intValue).sum());
        }
        return token;
    }

    private ReverseToken reverse(TokenRecord.Reverse record, SocksPorts.Port port) {
        return new ReverseToken(new TokenAccount(record, shared), record.options().accessRules(), port,
                options.resumeTimeout(), this);
    }

    /** @throws IOException when the SOCKS port can't be opened */
    ReverseToken add(TokenRecord.Reverse record) throws IOException {
        ReverseTokenOptions wanted = record.options().toBuilder().token(usable(record.token())).build();
        if (find(TokenHash.of(wanted.token())) != null) {
            throw new IllegalArgumentException(DUPLICATE);
        }
        SocksPorts.Port port = wanted.connectorAutonomy() ? null : ports.assign(wanted.port(), ingress(wanted));
        ReverseToken token = reverse(new TokenRecord.Reverse(
                port == null ? wanted : wanted.toBuilder().port(port.number()).build(),
                record.settings()), port);
        try {
            if (port != null && options.socksNoWait()) {
                token.openPort();
            }
            return withRemoteProviders(register(token));
        } catch (IOException | IllegalArgumentException e) {
            if (port != null) {
                port.close();
            }
            throw e;
        }
    }

    private EntryOptions ingress(ReverseTokenOptions wanted) {
        SocksCredentials credentials = wanted.username() == null
                ? null
                : new SocksCredentials(wanted.username(), wanted.password());
        return new EntryOptions(credentials, options.fastOpen(), options.batch(), options.maxConnections(),
                access.entryGuard(wanted.accessRules()), access.counters(), wanted.portForwards(), options.reusePort());
    }

    /** @throws IllegalArgumentException also when the reverse token does not exist or has connector autonomy */
    Token.Connector add(TokenRecord.Connector wanted) {
        if (!(find(TokenHash.of(wanted.reverseToken())) instanceof ReverseToken reverse)) {
            throw new IllegalArgumentException("reverse token does not exist");
        }
        if (reverse.sharedGroup() == null) {
            throw new IllegalArgumentException("the providers of this reverse token manage its connector tokens");
        }
        return addConnector(new TokenRecord.Connector(usable(wanted.token()), wanted.reverseToken(), wanted.rules(),
                wanted.settings()), reverse.sharedGroup());
    }

    /** Adds a connector token at the request of a provider in the group, or returns it when the group has it already. */
    Token.Connector addConnectorOfProvider(String value, ProviderGroup group) {
        String usable = usable(value.isEmpty() ? null : value);
        lock.lock();
        try {
            if (find(TokenHash.of(usable)) instanceof Token.Connector known && known.group() == group) {
                return known;
            }
            if (group.owner().connectorCount().get() >= MAX_CONNECTORS_OF_A_TOKEN) {
                throw new IllegalArgumentException("the providers of a token may have at most " + MAX_CONNECTORS_OF_A_TOKEN
                        + " connector tokens");
            }
            return addConnector(TokenRecord.connector(usable, group.owner().value()), group);
        } finally {
            lock.unlock();
        }
    }

    private Token.Connector addConnector(TokenRecord.Connector record, ProviderGroup group) {
        lock.lock();
        try {
            if (find(TokenHash.of(group.owner().value())) != group.owner()) {
                throw new IllegalArgumentException("reverse token does not exist");
            }
            Token.Connector connector = register(
                    new Token.Connector(new TokenAccount(record, shared), group, record.rules(), new SessionPool()));
            group.add(connector);
            return connector;
        } finally {
            lock.unlock();
        }
    }

    private static String usable(String value) {
        if (value == null) {
            return random();
        }
        if (value.isEmpty() || value.equals(TokenText.ANONYMOUS)) {
            throw new IllegalArgumentException("\"" + value + "\" can't be a token: it is easy to guess; choose another");
        }
        return TokenText.check(value);
    }

    private <T extends Token> T register(T token) {
        if (byKey.putIfAbsent(key(TokenHash.of(token.value())), token) != null) {
            throw new IllegalArgumentException(DUPLICATE);
        }
        events.add(RecentEvents.Kind.TOKEN, token.name(), "added");
        return token;
    }

    /** The traffic of all tokens. */
    TokenTraffic traffic() {
        return traffic;
    }

    // --- finding ---------------------------------------------------------------------------------------------------

    /** The token with this SHA-256 hash in hexadecimal digits, or null. */
    Token find(String hash) {
        return byKey.get(key(hash));
    }

    /** The same; asks the cluster, if there is one, for a token that it may have told only now. */
    Token findAnywhere(String hash) {
        Token known = find(hash);
        Directory others = directory;
        return known == null && others != null && others.fetchToken(hash.toLowerCase(Locale.ROOT)) ? find(hash) : known;
    }

    /** Whether this is the hash that clients without a token send. */
    static boolean isAnonymous(String hash) {
        return TokenHash.of(TokenText.ANONYMOUS).equalsIgnoreCase(hash);
    }

    /** The tokens whose clients may show a certificate with one of these names instead. */
    List<Token> ofCertificate(Set<String> names) {
        return byKey.values().stream().filter(token -> {
            String name = token.account().settings().certificate();
            return !name.isEmpty() && names.contains(name);
        }).toList();
    }

    Collection<Token> all() {
        return List.copyOf(byKey.values());
    }

    private String key(String hash) {
        return TokenHash.of(salt + hash.toLowerCase(Locale.ROOT));
    }

    // --- other servers -----------------------------------------------------------------------------------------------

    /** Shares tokens and numbers of providers with a cluster. */
    void share(Directory others) {
        directory = others;
    }

    /** Lets groups without providers use those of other servers. */
    void reach(RemoteProviders providers) {
        remote = providers;
    }

    /** Providers at other servers have come or gone, or servers. */
    void refreshProviders() {
        RemoteProviders others = remote;
        if (others != null) {
            others.refresh();
        }
    }

    @Override
    public Runnable onShortage(ProviderGroup group) {
        return options.cluster() == null ? null : () -> {
            RemoteProviders others = remote;
            if (others != null) {
                others.want(group);
            }
        };
    }

    @Override
    public void onProviders(ReverseToken token, UUID group, int count) {
        Directory others = directory;
        if (others != null) {
            others.publishProviders(TokenHash.of(token.value()), group, count);
        }
    }

    @Override
    public void onExpiry(ProviderGroup group) {
        cutOff(unregister(group.connectors()));
    }

    // --- changing ------------------------------------------------------------------------------------------------------

    /**
     * Changes the settings of a token.
     *
     * @return the token; null when it does not exist
     */
    Token change(String value, TokenSettings settings) {
        Token token = find(TokenHash.of(value));
        if (token != null) {
            token.account().change(settings);
            events.add(RecentEvents.Kind.TOKEN, token.name(), "changed");
        }
        return token;
    }

    // --- removing --------------------------------------------------------------------------------------------------

    /** Removes a token and those that depend on it, and closes their sessions; false when it does not exist. */
    boolean remove(String value) {
        List<Token> removed = unregister(value);
        cutOff(removed);
        return !removed.isEmpty();
    }

    /** Removes a token and those that depend on it, without closing their sessions; returns all of them. */
    List<Token> unregister(String value) {
        Token token = find(TokenHash.of(value));
        return token == null ? List.of() : unregister(List.of(token));
    }

    /** Frees the SOCKS ports for a process that shares them; their connections go on. */
    void leavePorts() {
        all().forEach(token -> {
            if (token instanceof ReverseToken reverse) {
                reverse.leavePort();
            }
        });
    }

    private List<Token> unregister(Collection<? extends Token> tokens) {
        List<Token> removed = new ArrayList<>();
        lock.lock();
        try {
            tokens.forEach(token -> unregister(token, removed));
        } finally {
            lock.unlock();
        }
        removed.forEach(token -> events.add(RecentEvents.Kind.TOKEN, token.name(), "removed"));
        return removed;
    }

    private void unregister(Token token, List<Token> removed) {
        if (!byKey.remove(key(TokenHash.of(token.value())), token)) {
            return;
        }
        removed.add(token);
        if (token instanceof ReverseToken reverse) {
            reverse.connectors().forEach(connector -> unregister(connector, removed));
        } else if (token instanceof Token.Connector connector) {
            connector.group().remove(connector);
        }
    }

    /** Closes the sessions of removed tokens gracefully, and waits for that. */
    static void cutOff(Collection<Token> tokens) {
        closeAll(tokens, CloseCode.POLICY_VIOLATION, "token removed");
    }

    private static void closeAll(Collection<Token> tokens, int code, String reason) {
        try (ExecutorService closers = Threads.perTask("close token")) {
            tokens.forEach(token -> closers.execute(() -> token.close(code, reason)));
        }
    }

    /** Closes the sessions of all tokens. */
    void close(int code, String reason) {
        closeAll(all(), code, reason);
    }
}
