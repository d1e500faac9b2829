package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.http.RequestHead;
import io.linksocks.http.UpgradeHandler;
import io.linksocks.relay.TargetEgress;
import io.linksocks.session.Session;
import io.linksocks.session.SessionLimits;
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

    WebSocketEntrance(TokenRegistry tokens, SessionLimits limits, TargetEgress egress) {
        this.authenticator = new Authenticator(tokens);
        this.limits = limits;
        this.egress = egress;
    }

    @Override
    public void upgrade(RequestHead head, Socket socket, InputStream in, OutputStream out) throws IOException {
        ServerWebSocket link = ServerWebSocket.accept(head, socket, in, out);
        Token token = authenticator.admit(head, link);
        if (token != null) {
            serve(token, link);
        }
    }

    private void serve(Token token, ServerWebSocket link) throws IOException {
        Session session = new Session(link, limits, egress,
                message -> LOG.log(DEBUG, () -> "ignored from " + link.peer() + ": " + message));
        token.sessions().add(session);
        LOG.log(INFO, () -> "client " + link.peer() + " connected with a " + token);
        try {
            session.run();
        } finally {
            token.sessions().remove(session);
            LOG.log(INFO, () -> "client " + link.peer() + " left");
        }
    }
}
