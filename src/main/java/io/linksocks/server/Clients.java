package io.linksocks.server;

import io.linksocks.http.RequestHead;
import io.linksocks.protocol.TokenHash;
import io.linksocks.session.Session;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The sessions of a server, each with a number by which people may speak of it; its own id is a secret. */
final class Clients {
    /** A program that says more about itself says too much. */
    private static final int MAX_PROGRAM = 100;

    /**
     * One session and who is at its other end.
     *
     * @param instance a secret of the client, the same for all its connections
     * @param program what the client calls itself in its request for the WebSocket; empty when it does not
     */
    record Client(long id, Role role, Token token, UUID instance, String program, Session session) {
        /** Without the token, which must not reach a log. */
        @Override
        public String toString() {
            return "client " + id;
        }
    }

    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentHashMap<Session, Client> clients = new ConcurrentHashMap<>();

    void add(Role role, Authenticator.Admission admission, String program, Session session) {
        clients.put(session, new Client(numbers.incrementAndGet(), role, admission.token(), admission.instance(), program,
                session));
    }

    /** Whether this instance is here with the token of this hash, if only in a session that waits for its return. */
    boolean include(String hash, UUID instance) {
        return clients.values().stream().anyMatch(client -> client.instance().equals(instance)
                && TokenHash.matches(TokenHash.of(client.token().value()), hash));
    }

    void remove(Session session) {
        clients.remove(session);
    }

    int size() {
        return clients.size();
    }

    List<Client> all() {
        return List.copyOf(clients.values());
    }

    Collection<Session> sessions() {
        return List.copyOf(clients.keySet());
    }

    /** What the client of a request calls itself. */
    static String program(RequestHead head) {
        String claimed = head.header("User-Agent");
        return claimed == null ? "" : claimed.substring(0, Math.min(claimed.length(), MAX_PROGRAM));
    }
}
