package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.http.RequestHead;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.TokenHash;
import io.linksocks.session.Session;
import io.linksocks.session.SessionObserver;
import io.linksocks.session.SessionSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** The clients, providers and connectors of a server, each with one session. */
final class Clients implements AutoCloseable {
    static final String STOPS = "server stops";
    /** Characters of the User-Agent that are kept. */
    private static final int MAX_PROGRAM = 100;

    private static final System.Logger LOG = System.getLogger(Clients.class.getName());

    private final ServerCounters counters;
    private final ServerListener listener;
    private final SessionDirectory directory = new SessionDirectory();
    private final AtomicLong ids = new AtomicLong();
    private final Set<Client> present = ConcurrentHashMap.newKeySet();
    private final Departures departures;
    private volatile boolean stopping;

    Clients(ServerCounters counters, ServerListener listener) {
        this.counters = counters;
        this.listener = listener;
        this.departures = new Departures(counters.events);
    }

    SessionDirectory directory() {
        return directory;
    }

    /** Whether this instance has a session, perhaps detached, with the token of this hash. */
    boolean include(String hash, UUID instance) {
        return present.stream().anyMatch(client -> client.admission.instance().equals(instance)
                && TokenHash.matches(TokenHash.of(client.token().value()), hash));
    }

    List<Client> all() {
        return List.copyOf(present);
    }

    Collection<Session> sessions() {
        return present.stream().map(Client::session).toList();
    }

    List<Client> of(Token token) {
        return present.stream().filter(client -> client.token() == token).toList();
    }

    /** The sessions of all tokens are about to be closed, with those of clients that come only now. */
    void stop() {
        stopping = true;
    }

    /** Reports those that have left. */
    @Override
    public void close() {
        departures.close();
    }

    /** Notes the present round trip of each client. */
    void sampleRoundTrips() {
        present.forEach(client -> client.roundTrips().sample(client.session().snapshot().roundTrip()));
    }

    /** Ends the session of a client with this number; false when there is none. */
    boolean disconnect(String number, String why) {
        List<Client> found = present.stream().filter(client -> Long.toString(client.id()).equals(number)).toList();
        found.forEach(client -> client.session().close(CloseCode.POLICY_VIOLATION, why));
        return !found.isEmpty();
    }

    /** Closes a channel with this id; false when there is none. */
    boolean closeChannel(String id, String why) {
        // Not anyMatch: in agent mode both ends may be clients.
        return present.stream().filter(client -> client.session().closeChannel(id, why)).count() > 0;
    }

    /** One client, from its admission to the end of its session. */
    final class Client implements SessionObserver {
        private final long id = ids.incrementAndGet();
        private final Role role;
        private final Authenticator.Admission admission;
        private final String program;
        private final RoundTrips roundTrips = new RoundTrips();
        private volatile Session session;
        /** Guards the next two, the traffic of the session that its token was charged for. */
        private final ReentrantLock counting = new ReentrantLock();
        private long countedIn;
        private long countedOut;

        /** @param head of the request for its WebSocket */
        Client(Role role, Authenticator.Admission admission, RequestHead head) {
            this.role = role;
            this.admission = admission;
            String agent = head.header("User-Agent");
            this.program = agent == null ? "" : agent.substring(0, Math.min(agent.length(), MAX_PROGRAM));
        }

        /** A number for display; the session id is a secret. */
        long id() {
            return id;
        }

        Role role() {
            return role;
        }

        Token token() {
            return admission.token();
        }

        /** The User-Agent of the client; empty when it sent none. */
        String program() {
            return program;
        }

        Session session() {
            return session;
        }

        /** For the program that runs the server. */
        ConnectedClient info() {
            return new ConnectedClient(id, ClientRole.of(token()), token().account().settings().name(), session.peer());
        }

        List<ChannelStatus> channels() {
            return session.channels().stream().map(channel -> new ChannelStatus(id,
                    channel.target() == null ? "" : channel.target().toString(),
                    channel.receivedBytes(), channel.sentBytes())).toList();
        }

        RoundTrips roundTrips() {
            return roundTrips;
        }

        /** Registers the client with its session, before that runs. */
        void start(Session own) {
            session = own;
            try {
                present.add(this);
                listener.connected(info());
                boolean joined = role.join(session);
                report("connected");
                if (!joined && stopping) {
                    session.close(CloseCode.GOING_AWAY, STOPS);
                } else if (!joined) {
                    session.close(CloseCode.POLICY_VIOLATION, "token removed");
                }
            } catch (RuntimeException e) {
                session.abandon("failed: " + e);
                throw e;
            }
        }

        /** Charges the token for the traffic since the last time. */
        void countTraffic() {
            counting.lock();
            try {
                SessionSnapshot now = session.snapshot();
                long in = now.receivedBytes();
                long out = now.sentBytes();
                token().account().count(in - countedIn, out - countedOut);
                countedIn = in;
                countedOut = out;
            } finally {
                counting.unlock();
            }
        }

        @Override
        public void onMessage(Message message) {
            if (!role.take(message)) {
                counters.sessions.ignoredMessages.increment();
                LOG.log(DEBUG, () -> "ignored from " + role + " " + session.peer() + ": " + message);
            }
        }

        @Override
        public void onResumed() {
            role.onResumed();
            report("resumed");
        }

        @Override
        public void onEnd(String reason) {
            countTraffic();
            role.leave(session);
            directory.remove(session);
            present.remove(this);
            departures.add(role.toString(), session.peer(), token(), reason);
            listener.disconnected(info());
        }

        private void report(String what) {
            String name = role + " " + session.peer();
            token().account().clientLog().info(name + " " + what);
            counters.events.add(RecentEvents.Kind.CLIENT, name, what);
        }
    }
}
