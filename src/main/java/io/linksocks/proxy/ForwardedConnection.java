package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.relay.TcpRelay;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.Socket;

/** A connection to a port that leads to one target. It is reset when there is no way there, for it can't be told so. */
final class ForwardedConnection {
    private static final byte[] NOTHING = {};

    private static final System.Logger LOG = System.getLogger(ForwardedConnection.class.getName());

    private final Socket socket;
    private final Endpoint target;
    private final TunnelEntry entry;

    ForwardedConnection(Socket socket, Endpoint target, TunnelEntry entry) {
        this.socket = socket;
        this.target = target;
        this.entry = entry;
    }

    /** Returns when the client has no more to say; the relay closes the socket then. */
    void serve() {
        TcpRelay relay = null;
        try {
            LocalClient client = LocalClient.of(socket);
            relay = entry.relay(client, NOTHING, entry.connect(target, "client " + client + " of a forward"));
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "no forward to " + target + " for " + socket.getRemoteSocketAddress() + ": "
                    + e.getMessage());
        } finally {
            if (relay == null) {
                Sockets.reset(socket);
            }
        }
        if (relay != null) {
            relay.run();
        }
    }
}
