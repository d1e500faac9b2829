package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.http.HttpServer;
import io.linksocks.http.RequestHead;
import io.linksocks.http.Strangers;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.SessionObserver;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Takes a WebSocket from its handshake to its end: lets the peer in and serves its session. */
final class WebSocketEntrance implements HttpServer.UpgradeHandler {
    private static final int POLICY_VIOLATION = 1008;
    private static final int TRY_AGAIN_LATER = 1013;
    /** How long a client waits for other sessions of its token to end when there are too many. */
    private static final Duration ROOM_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ROOM_POLL = Duration.ofMillis(500);

    private static final System.Logger LOG = System.getLogger(WebSocketEntrance.class.getName());

    private final Authenticator authenticator;
    private final SessionLimits limits;
    private final Roles roles;
    private final ServerListener listener;
    private final ServerCounters counters;
    private final Gatekeeper gatekeeper;
    private final Clients clients;
    private final Strangers strangers;
    private final SessionDirectory directory = new SessionDirectory();
    private final LinkReaders readers = new LinkReaders(LinkReaders.PLATFORM_THREADS);

    WebSocketEntrance(Authenticator authenticator, Roles roles, Gatekeeper gatekeeper, ServerOptions options,
            ServerCounters counters, Clients clients, Strangers strangers) {
        this.strangers = strangers;
        this.clients = clients;
        this.authenticator = authenticator;
        this.roles = roles;
        this.gatekeeper = gatekeeper;
        this.limits = options.session();
        this.counters = counters;
        this.listener = options.listener();
    }

    @Override
    public void upgrade(RequestHead head, Socket socket, InputStream in, OutputStream out) throws IOException {
        WebOrigin.refuseForeign(head.headers());
        Visitor visitor = gatekeeper.identify(head, (InetSocketAddress) socket.getRemoteSocketAddress());
        Authenticator.Verdict verdict = authenticator.judge(head, visitor);
        gatekeeper.checkRoom();
        ServerWebSocket link = ServerWebSocket.accept(head, socket, in, out, visitor.name());
        Authenticator.Admission admission = authenticator.admit(verdict, head, link, visitor);
        if (admission != null && gatekeeper.enter()) {
            try {
                strangers.leave(socket);
                Session session = sessionFor(admission, link, Clients.program(head));
                readers.run(link.peer(), () -> session.run(link));
            } finally {
                gatekeeper.leave();
            }
        } else if (admission != null) {
            link.close(TRY_AGAIN_LATER, Gatekeeper.FULL);
        }
    }

    private Session sessionFor(Authenticator.Admission admission, Link link, String program) throws IOException {
        return admission.offer() == null
                ? newSession(admission, link, program, NegotiatedParameters.BASE)
                : directory.begin(link, admission.offer(), admission.token(),
                        parameters -> newSession(admission, link, program, parameters));
    }

    private Session newSession(Authenticator.Admission admission, Link link, String program,
            NegotiatedParameters parameters) {
        boolean room = awaitRoom(admission.token());
        Role role = roles.of(admission);
        Guest guest = new Guest(role, admission);
        Session session = new Session(link, parameters, limits, counters.sessions, role, guest, admission.token());
        guest.admit(session, program);
        if (!room) {
            session.close(TRY_AGAIN_LATER, "too many sessions");
        }
        return session;
    }

    /** Whoever leaves sessions behind by the hundreds waits for their end. */
    private boolean awaitRoom(Token token) {
        long began = System.nanoTime();
        try {
            while (!limits.memory().admitsSession(token)) {
                if (System.nanoTime() - began > ROOM_TIMEOUT.toNanos()) {
                    return false;
                }
                Thread.sleep(ROOM_POLL);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The peer of a session, from its coming to its going. */
    private final class Guest implements SessionObserver {
        private final Role role;
        private final Authenticator.Admission admission;
        private Session session;

        Guest(Role role, Authenticator.Admission admission) {
            this.role = role;
            this.admission = admission;
        }

        void admit(Session own, String program) {
            session = own;
            try {
                clients.add(role, admission, program, session);
                enter();
            } catch (RuntimeException e) {
                session.abandon("failed: " + e);
                throw e;
            }
        }

        private void enter() {
            listener.connected(admission.token().value(), session.peer());
            boolean member = role.join(session);
            tell("connected");
            if (!member) {
                session.close(POLICY_VIOLATION, "token removed");
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
            tell("came back");
        }

        @Override
        public void onEnd(String reason) {
            role.leave(session);
            directory.remove(session);
            clients.remove(session);
            tell("left: " + reason);
            listener.disconnected(admission.token().value(), session.peer());
        }

        private void tell(String what) {
            String text = role + " " + session.peer() + " " + what;
            LOG.log(INFO, text);
            counters.events.add(RecentEvents.Kind.CLIENT, text);
        }
    }
}
