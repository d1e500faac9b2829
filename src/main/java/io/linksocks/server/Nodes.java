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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
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
        byte[] nonce = key.nonce();
        Link owner = JdkWebSocket.connect(new ConnectOptions(at.resolve(PATH),
                Map.of(NONCE, HexFormat.of().formatHex(nonce), PEER, peer), TIMEOUT, Optional.empty(), null));
        ScheduledFuture<?> timeout = Threads.later(TIMEOUT, owner::abort);
        try {
            byte[] challenge = bytes(owner.receive(), NodeKey.NONCE + NodeKey.PROOF);
            byte[] theirs = Arrays.copyOf(challenge, NodeKey.NONCE);
            byte[] proof = Arrays.copyOfRange(challenge, NodeKey.NONCE, challenge.length);
            if (!NodeKey.matches(key.ownerProof(nonce, theirs), proof)) {
                throw new IOException(at + " is not the address of a server with the key of --node-dir");
            }
            byte[] name = key.nameOf(token);
            owner.send(message(name, key.linkProof(theirs, name, peer)));
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
        byte[] nonce = nonce(head.header(NONCE));
        if (!head.path().equals(PATH) || nonce == null || !ADDRESS.matcher(peer).matches()) {
            throw new HttpException(400, "not the link of a server");
        }
        gatekeeper.checkRoom();
        ServerWebSocket link = ServerWebSocket.accept(head, socket, in, out, peer);
        if (!gatekeeper.enter()) {
            link.close(POLICY_VIOLATION, Gatekeeper.FULL);
            return;
        }
        try {
            Session session = admit(link, nonce);
            if (session == null) {
                link.close(NORMAL, "no such session");
            } else {
                session.run(link);
            }
        } finally {
            gatekeeper.leave();
        }
    }

    private static byte[] nonce(String header) {
        return header == null || !header.matches("[0-9a-f]{" + 2 * NodeKey.NONCE + "}")
                ? null : HexFormat.of().parseHex(header);
    }

    /** Null when the session is not here, or not one of this token. */
    private Session admit(ServerWebSocket link, byte[] theirs) throws IOException {
        ScheduledFuture<?> timeout = Threads.later(TIMEOUT, link::abort);
        try {
            byte[] own = key.nonce();
            link.send(message(own, key.ownerProof(theirs, own)));
            byte[] claim = bytes(link.receive(HANDSHAKE_LIMIT), 2 * NodeKey.PROOF);
            byte[] name = Arrays.copyOf(claim, NodeKey.PROOF);
            if (!NodeKey.matches(key.linkProof(own, name, link.peer()), Arrays.copyOfRange(claim, NodeKey.PROOF, claim.length))) {
                link.close(POLICY_VIOLATION, "wrong key");
                throw new IOException("a link without the key of --node-dir");
            }
            Message.Begin begin = SessionDirectory.receiveBegin(link);
            return sessions.resume(link, begin, token -> NodeKey.matches(key.nameOf(token), name));
        } finally {
            timeout.cancel(false);
        }
    }

    // --- messages of the handshake -----------------------------------------------------------------------------------

    private static Slice message(byte[] first, byte[] second) {
        byte[] array = ByteBuffer.allocate(MessageWriter.HEADROOM + first.length + second.length)
                .position(MessageWriter.HEADROOM).put(first).put(second).array();
        return new Slice(array, MessageWriter.HEADROOM, first.length + second.length);
    }

    private static byte[] bytes(Slice message, int length) throws IOException {
        if (message == null || message.length() != length) {
            throw new IOException("no handshake of a server");
        }
        return message.toBytes();
    }
}
