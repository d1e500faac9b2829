package io.linksocks.server;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Slice;
import io.linksocks.tls.TlsFailure;
import io.linksocks.util.Threads;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.JdkWebSocket;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** Opens and accepts WebSockets between servers with the same key (docs/protocol-extensions.md, section 3.6). */
final class NodeLinks {
    /** Leads to the session that a client has at the other server. */
    static final String SESSION = "/cluster/link";
    /** Leads to the providers of a group at the other server. */
    static final String PROVIDERS = "/cluster/providers";

    static final Set<String> PATHS = Set.of(SESSION, PROVIDERS);

    private static final String NONCE = "LinkSocks-Nonce";
    private static final String PEER = "LinkSocks-Peer";
    /** An address for the log, and nothing that could forge a line. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Za-z.:%\\[\\]_-]{1,100}");
    private static final Pattern NO_ADDRESS = Pattern.compile("[^0-9A-Za-z.:%\\[\\]_-]");
    static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int HANDSHAKE_LIMIT = 256;

    private final NodeKey key;
    private final SSLContext tls;

    /** @param tls for links to other hosts; null for the platform's default */
    NodeLinks(NodeKey key, SSLContext tls) {
        this.key = key;
        this.tls = tls;
    }

    NodeKey key() {
        return key;
    }

    /**
     * Opens a link to another server.
     *
     * @param name of what it is for, by {@link #key}
     * @param peer whose link it is
     * @throws IOException when it can't be reached, or does not have the key
     */
    Link open(URI at, String path, byte[] name, String peer, Map<String, String> headers) throws IOException {
        String from = NO_ADDRESS.matcher(peer).replaceAll("_");
        NodeHandshake.Opener handshake = new NodeHandshake.Opener(key, path);
        Map<String, String> all = new HashMap<>(headers);
        all.put(NONCE, handshake.nonce());
        all.put(PEER, from);
        Link link = connect(new ConnectOptions(at.resolve(path), all, TIMEOUT, Optional.empty(), tls));
        ScheduledFuture<?> timeout = Threads.later(TIMEOUT, link::abort);
        try {
            link.send(handshake.claim(link.receive(), name, from));
            return link;
        } catch (IOException | RuntimeException e) {
            link.abort();
            throw e;
        } finally {
            timeout.cancel(false);
        }
    }

    private static Link connect(ConnectOptions options) throws IOException {
        try {
            return JdkWebSocket.connect(options);
        } catch (IOException e) {
            TlsFailure tls = TlsFailure.of(e);
            throw tls == null ? e : new IOException(tls.reason(), e);
        }
    }

    /** A link that another server has opened, before it has proven that it is one. */
    final class Guest {
        private final ServerWebSocket link;
        private final NodeHandshake.Owner handshake;

        private Guest(ServerWebSocket link, NodeHandshake.Owner handshake) {
            this.link = link;
            this.handshake = handshake;
        }

        ServerWebSocket link() {
            return link;
        }

        /**
         * Returns the name of what it is for.
         *
         * @throws IOException when the other side does not have the key; the link is closed then
         */
        byte[] name() throws IOException {
            ScheduledFuture<?> timeout = Threads.later(TIMEOUT, link::abort);
            try {
                link.send(handshake.challenge());
                return check(link.receive(HANDSHAKE_LIMIT));
            } finally {
                timeout.cancel(false);
            }
        }

        private byte[] check(Slice claim) throws IOException {
            try {
                return handshake.check(claim, link.peer());
            } catch (IOException e) {
                link.close(CloseCode.POLICY_VIOLATION, "wrong key");
                throw e;
            }
        }
    }

    /** @throws HttpException when it is not the request of a server */
    Guest accept(RequestHead head, Socket socket, InputStream in, OutputStream out) throws IOException {
        String peer = String.valueOf(head.header(PEER));
        if (!ADDRESS.matcher(peer).matches()) {
            throw new HttpException(400, "not the link of a server");
        }
        NodeHandshake.Owner handshake = handshake(head);
        return new Guest(ServerWebSocket.accept(head, socket, in, out, peer), handshake);
    }

    private NodeHandshake.Owner handshake(RequestHead head) throws HttpException {
        try {
            return new NodeHandshake.Owner(key, head.path(), head.header(NONCE));
        } catch (IOException e) {
            throw new HttpException(400, e.getMessage());
        }
    }
}
