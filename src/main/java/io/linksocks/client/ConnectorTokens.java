package io.linksocks.client;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.protocol.Message;
import io.linksocks.relay.SessionPool;
import io.linksocks.seal.SealedToken;
import io.linksocks.seal.Secret;
import io.linksocks.seal.SecretRing;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import io.linksocks.util.TokenText;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The connector tokens that a provider manages itself: asks the server for them, and again after every reconnect. */
final class ConnectorTokens {
    /** For a session, and once more for the server's answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(ConnectorTokens.class.getName());

    private final ClientOptions options;
    private final SessionPool sessions;
    private final SecretRing secrets;
    private final Map<UUID, CompletableFuture<Message.ConnectorResponse>> questions = new ConcurrentHashMap<>();

    private final Set<String> wanted = new CopyOnWriteArraySet<>();
    private final FaultLog faults = new FaultLog(System::nanoTime);

    /** @param secrets gets those of the tokens */
    ConnectorTokens(ClientOptions options, SessionPool sessions, SecretRing secrets) {
        this.options = options;
        this.sessions = sessions;
        this.secrets = secrets;
        for (SealedToken connector : options.connectorTokens()) {
            secrets.add(connector);
            wanted.add(connector.token());
        }
    }

    // --- at the user's request -------------------------------------------------------------------------------------

    /** What {@link LinkSocksClient#addConnectorToken} does. */
    String add(String token) throws LinkSocksException, TimeoutException, InterruptedException {
        checkProvider();
        if (token == null) {
            String generated = ask(session(), "", Message.Operation.ADD).token();
            wanted.add(generated);
            return generated;
        }
        SealedToken connector = SealedToken.parse(token);
        TokenText.check(connector.token());
        // Before the first channel can come.
        Secret before = secrets.add(connector);
        boolean added = false;
        try {
            ask(session(), connector.token(), Message.Operation.ADD);
            added = true;
        } finally {
            if (!added) {
                secrets.drop(connector, before);
            }
        }
        wanted.add(connector.token());
        return token;
    }

    /** What {@link LinkSocksClient#removeConnectorToken} does. */
    void remove(String token) throws LinkSocksException, TimeoutException, InterruptedException {
        checkProvider();
        String connector = SealedToken.parse(token).token();
        secrets.remove(connector);
        wanted.remove(connector);
        ask(session(), connector, Message.Operation.REMOVE);
    }

    private void checkProvider() {
        if (!options.provider()) {
            throw new IllegalStateException("only a provider has connectors");
        }
    }

    private Session session() throws TimeoutException {
        try {
            return sessions.await(TIMEOUT);
        } catch (IOException e) {
            throw new TimeoutException(e.getMessage());
        }
    }

    private Message.ConnectorResponse ask(Session session, String token, Message.Operation operation)
            throws LinkSocksException, TimeoutException, InterruptedException {
        UUID id = UUID.randomUUID();
        CompletableFuture<Message.ConnectorResponse> answer = new CompletableFuture<>();
        questions.put(id, answer);
        try {
            session.post(new Message.Connector(id, token, operation));
            Message.ConnectorResponse response = answer.get(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            if (!response.success()) {
                throw new LinkSocksException(LinkSocksException.Kind.CONNECTOR_REFUSED,
                        session.peer() + " refused the connector token: " + response.error());
            }
            return response;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            questions.remove(id);
        }
    }

    // --- after a reconnect -----------------------------------------------------------------------------------------

    /** Adds the tokens to the server of a new session. */
    void onConnected(Session session) {
        for (String token : wanted) {
            Threads.start("connector token", () -> restore(session, token));
        }
    }

    /**
     * Retries as long as the session lives: a token that another provider has may become free, as that of an earlier process
     * of this provider does some time after its end.
     */
    private void restore(Session session, String token) {
        if (!session.isAlive() || !wanted.contains(token)) {
            return;
        }
        try {
            ask(session, token, Message.Operation.ADD);
            faults.clear(token);
            LOG.log(INFO, () -> "connectors may use their token at " + session.peer());
        } catch (LinkSocksException | TimeoutException e) {
            report(token, session.isAlive(), "no connector token yet: " + e.getMessage());
            Threads.later(options.reach().reconnectDelay(),
                    () -> Threads.start("connector token", () -> restore(session, token)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(String token, boolean alive, String problem) {
        String line = alive ? faults.line(token, problem) : null;
        LOG.log(line == null ? DEBUG : WARNING, line == null ? problem : line);
    }

    /** Handles an answer of the server; one that nobody waits for is ignored. */
    void onAnswer(Message.ConnectorResponse answer) {
        CompletableFuture<Message.ConnectorResponse> question = questions.get(answer.channel());
        if (question != null) {
            question.complete(answer);
        }
    }
}
