package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.cluster.Node;
import io.linksocks.cluster.NodeTable;
import io.linksocks.http.HttpException;
import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.RequestHead;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Session;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import io.linksocks.util.Version;
import io.linksocks.websocket.ConnectOptions;
import io.linksocks.websocket.JdkWebSocket;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.regex.Pattern;

/**
 * Other servers of this host, to which clients come back whose session is here, and the other way round
 * (docs/protocol-extensions.md, section 3.6). A port on loopback takes their links.
 */
final class Nodes implements AutoCloseable, HttpServer.UpgradeHandler {
    static final String PATH = "/cluster/link";
    private static final String NONCE = "LinkSocks-Nonce";
    private static final String PEER = "LinkSocks-Peer";
    /** An address for the log, and nothing that could forge a line. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Za-z.:%\\[\\]_-]{1,100}");
    private static final Pattern NO_ADDRESS = Pattern.compile("[^0-9A-Za-z.:%\\[\\]_-]");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int HANDSHAKE_LIMIT = 256;
    private static final int POLICY_VIOLATION = 1008;
    private static final int NORMAL = 1000;

    private static final System.Logger LOG = System.getLogger(Nodes.class.getName());

    private final NodeTable table;
    private final NodeKey key;
    private final SessionDirectory sessions;
    private final Gatekeeper gatekeeper;
    private final ServerCounters counters;
    private final HttpServer http;
    private final Node own;
    private final Set<LinkSplice> splices = ConcurrentHashMap.newKeySet();

    /** Opens the port for other servers; they find it after {@link #start}. */
    Nodes(NodeTable table, SessionDirectory sessions, Gatekeeper gatekeeper, ServerCounters counters,
            int maxConnections) throws IOException {
        this.table = table;
        this.key = new NodeKey(table.key());
        this.sessions = sessions;
        this.gatekeeper = gatekeeper;
        this.counters = counters;
        ServerSocket listener = Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        String name = "127.0.0.1:" + listener.getLocalPort();
        this.own = new Node(sessions.tag(), name, URI.create("ws://" + name), ProcessHandle.current().pid(),
                Version.current(), null);
        this.http = new HttpServer(listener, List.of(), this, Limits.connections(maxConnections));
    }

    void start() throws IOException {
        http.start();
        table.publish(own);
        LOG.log(INFO, () -> "found by servers with the same --node-dir as " + own.id());
    }

    /** Shows the other servers how far this one has drained. */
    void report(Node.Draining left) {
        try {
            table.publish(own.withDraining(left));
        } catch (IOException e) {
            unreadable(e);
        }
    }

    /** The other servers that drain. */
    List<Node> draining() {
        try {
            return table.all().stream().filter(node -> node.tag() != own.tag() && node.draining() != null).toList();
        } catch (IOException e) {
            unreadable(e);
            return List.of();
        }
    }

    private static void unreadable(IOException e) {
        LOG.log(DEBUG, () -> "--node-dir: " + e.getMessage());
    }

    /** Cuts the links that lead to other servers: their clients get there through a server that stays. */
    void leave() {
        splices.forEach(LinkSplice::abort);
    }

    @Override
    public void close() {
        leave();
        http.close();
        try {
            table.withdraw(own.tag());
        } catch (IOException e) {
            LOG.log(WARNING, () -> "can't remove the entry of this server in --node-dir: " + e.getMessage());
        }
    }

    // --- a client whose session is elsewhere -------------------------------------------------------------------------

    /**
     * Serves a link whose client asks for a session of another server, until it ends.
     *
     * @return false when there is no such server or session; nothing was sent to the client then
     */
    boolean serve(Link client, Message.Begin begin, Token token) {
        Link owner = null;
        try {
            owner = connect(begin, token, NO_ADDRESS.matcher(client.peer()).replaceAll("_"));
            if (owner == null || !passBegun(owner, client, begin)) {
                return false;
            }
        } catch (IOException e) {
            LOG.log(WARNING, () -> "the session of " + client.peer() + " can't be reached: " + e.getMessage());
            return false;
        }
        LinkSplice splice = new LinkSplice(client, owner, counters.sessions);
        splices.add(splice);
        try {
            splice.run();
        } finally {
            splices.remove(splice);
        }
        return true;
    }

    private static boolean passBegun(Link owner, Link client, Message.Begin begin) throws IOException {
        ScheduledFuture<?> timeout = Threads.later(TIMEOUT, owner::abort);
        try {
            Slice answer = owner.receive();
            if (answer != null && MessageReader.read(answer) instanceof Message.Begun begun
                    && begun.session().equals(begin.session())) {
                client.send(answer);
                return true;
            }
        } catch (IOException e) {
            owner.abort();
            throw e;
        } finally {
            timeout.cancel(false);
        }
        owner.abort();
        return false;
    }

    /** Null when there is no such server. */
    private Link connect(Message.Begin begin, Token token, String peer) throws IOException {
        int tag = SessionDirectory.tag(begin.session());
        Optional<Node> at = tag == own.tag() ? Optional.empty() : table.find(tag);
        return at.isEmpty() ? null : connect(at.get().url(), begin, token, peer);
    }

    private Link connect(URI at, Message.Begin begin, Token token, String peer) throws IOException {
        NodeHandshake.Opener handshake = new NodeHandshake.Opener(key);
        Link owner = JdkWebSocket.connect(new ConnectOptions(at.resolve(PATH),
                Map.of(NONCE, handshake.nonce(), PEER, peer), TIMEOUT, Optional.empty(), null));
        ScheduledFuture<?> timeout = Threads.later(TIMEOUT, owner::abort);
        try {
            owner.send(handshake.claim(owner.receive(), key.nameOf(token), peer));
            owner.send(MessageWriter.write(begin));
            return owner;
        } catch (IOException | RuntimeException e) {
            owner.abort();
            throw e;
        } finally {
            timeout.cancel(false);
        }
    }

    // --- a client whose session is here ------------------------------------------------------------------------------

    @Override
    public void upgrade(RequestHead head, Socket socket, InputStream in, OutputStream out) throws IOException {
        String peer = String.valueOf(head.header(PEER));
        if (!head.path().equals(PATH) || !ADDRESS.matcher(peer).matches()) {
            throw new HttpException(400, "not the link of a server");
        }
        NodeHandshake.Owner handshake = handshake(head);
        gatekeeper.checkRoom();
        ServerWebSocket link = ServerWebSocket.accept(head, socket, in, out, peer);
        if (!gatekeeper.enter()) {
            link.close(POLICY_VIOLATION, Gatekeeper.FULL);
            return;
        }
        try {
            Session session = admit(link, handshake);
            if (session == null) {
                link.close(NORMAL, "no such session");
            } else {
                session.run(link);
            }
        } finally {
            gatekeeper.leave();
        }
    }

    private NodeHandshake.Owner handshake(RequestHead head) throws HttpException {
        try {
            return new NodeHandshake.Owner(key, head.header(NONCE));
        } catch (IOException e) {
            throw new HttpException(400, e.getMessage());
        }
    }

    /** Null when the session is not here, or not one of this token. */
    private Session admit(ServerWebSocket link, NodeHandshake.Owner handshake) throws IOException {
        ScheduledFuture<?> timeout = Threads.later(TIMEOUT, link::abort);
        try {
            link.send(handshake.challenge());
            byte[] name = claimed(link, handshake);
            Message.Begin begin = SessionDirectory.receiveBegin(link);
            return sessions.resume(link, begin, token -> NodeKey.matches(key.nameOf(token), name));
        } finally {
            timeout.cancel(false);
        }
    }

    private static byte[] claimed(ServerWebSocket link, NodeHandshake.Owner handshake) throws IOException {
        Slice claim = link.receive(HANDSHAKE_LIMIT);
        try {
            return handshake.check(claim, link.peer());
        } catch (IOException e) {
            link.close(POLICY_VIOLATION, "wrong key");
            throw e;
        }
    }
}
