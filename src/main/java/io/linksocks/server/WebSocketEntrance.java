package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.http.RequestHead;
import io.linksocks.http.UpgradeHandler;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.relay.TargetEgress;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.SessionObserver;
import io.linksocks.session.Terms;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Takes a WebSocket from its handshake to its end: lets the peer in and serves its session. */
final class WebSocketEntrance implements UpgradeHandler {
    private static final System.Logger LOG = System.getLogger(WebSocketEntrance.class.getName());

    private final Authenticator authenticator;
    private final SessionLimits limits;
    private final TargetEgress egress;
    private final SessionCounters counters = new SessionCounters();
    private final SessionDirectory directory = new SessionDirectory();

    WebSocketEntrance(TokenRegistry tokens, ServerOptions options, TargetEgress egress) {
        this.limits = options.session();
        this.authenticator =
                new Authenticator(tokens, options.features(), limits.window(), options.resumeTimeout());
        this.egress = egress;
    }

    @Override
    public void upgrade(RequestHead head, Socket socket, InputStream in, OutputStream out) throws IOException {
        ServerWebSocket link = ServerWebSocket.accept(head, socket, in, out);
        Authenticator.Admission admission = authenticator.admit(head, link);
        if (admission != null) {
            sessionFor(admission, link).run(link);
        }
    }

    private Session sessionFor(Authenticator.Admission admission, Link link) throws IOException {
        Token token = admission.token();
        return admission.offer() == null
                ? newSession(token, link, Terms.BASE)
                : directory.begin(link, admission.offer(), token, terms -> newSession(token, link, terms));
    }

    private Session newSession(Token token, Link link, Terms terms) {
        Guest guest = new Guest(token);
        Session session = new Session(link, terms, limits, counters, egress, guest);
        guest.enter(session);
        return session;
    }

    /** The peer of a session, from its coming to its going. */
    private final class Guest implements SessionObserver {
        private final Token token;
        private Session session;

        Guest(Token token) {
            this.token = token;
        }

        void enter(Session own) {
            session = own;
            token.sessions().add(session);
            LOG.log(INFO, () -> "client " + session.peer() + " connected with a " + token);
        }

        @Override
        public void onMessage(Message message) {
            counters.ignoredMessages.increment();
            LOG.log(DEBUG, () -> "ignored from " + session.peer() + ": " + message);
        }

        @Override
        public void onResumed() {
            token.sessions().wake();
            LOG.log(INFO, () -> "client " + session.peer() + " came back");
        }

        @Override
        public void onEnd(String reason) {
            token.sessions().remove(session);
            directory.remove(session);
            LOG.log(INFO, () -> "client " + session.peer() + " left: " + reason);
        }
    }
}
