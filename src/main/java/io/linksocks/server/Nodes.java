package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.cluster.Node;
import io.linksocks.cluster.NodeTable;
import io.linksocks.http.HttpException;
import io.linksocks.http.HttpServer;
import io.linksocks.http.Limits;
import io.linksocks.http.Request;
import io.linksocks.http.RequestHead;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Session;
import io.linksocks.util.Authority;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import io.linksocks.util.Version;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * Other servers, to which clients come back whose session is here, and the other way round (docs/protocol-extensions.md,
 * section 3.6): those of this host, whose links a port on loopback takes, or those of a cluster.
 */
final class Nodes implements AutoCloseable, HttpServer.UpgradeHandler {
    private static final System.Logger LOG = System.getLogger(Nodes.class.getName());

    private final NodeTable table;
    private final Node own;
    private final NodeLinks links;
    private final SessionDirectory sessions;
    private final Gatekeeper gatekeeper;
    private final ServerCounters counters;
    private final Set<LinkSplice> splices = ConcurrentHashMap.newKeySet();
    /** The port for other servers; null when they use that of clients. */
    private final HttpServer http;

    private Nodes(NodeTable table, Node own, NodeLinks links, ServerSocket listener, SessionDirectory sessions,
            Gatekeeper gatekeeper, ServerCounters counters, int maxConnections) {
        this.table = table;
        this.own = own;
        this.links = links;
        this.sessions = sessions;
        this.gatekeeper = gatekeeper;
        this.counters = counters;
        this.http = listener == null
                ? null : new HttpServer(listener, List.of(), this, Limits.connections(maxConnections));
    }

    /** The servers of this host. Opens a port for them; they find it after {@link #start}. */
    static Nodes ofHost(NodeTable table, SessionDirectory sessions, Gatekeeper gatekeeper, ServerCounters counters,
            int maxConnections) throws IOException {
        NodeLinks links = new NodeLinks(new NodeKey(table.key()), null);
        ServerSocket listener = Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        URI url = URI.create("ws://127.0.0.1:" + listener.getLocalPort());
        return new Nodes(table, self(sessions, url), links, listener, sessions, gatekeeper, counters, maxConnections);
    }

    /**
     * The servers of a cluster.
     *
     * @param url where the others reach this one
     * @param tls for links to them; null for the platform's default
     */
    static Nodes ofCluster(NodeTable table, URI url, SSLContext tls, SessionDirectory sessions, Gatekeeper gatekeeper,
            ServerCounters counters) throws IOException {
        return new Nodes(table, self(sessions, url), new NodeLinks(new NodeKey(table.key()), tls), null, sessions, gatekeeper,
                counters, 0);
    }

    private static Node self(SessionDirectory sessions, URI url) {
        return new Node(sessions.tag(), Authority.of(url).toString(), url, ProcessHandle.current().pid(), Version.current(),
                null);
    }

    void start() throws IOException {
        if (http != null) {
            http.start();
        }
        table.publish(own);
        LOG.log(INFO, () -> "found by other servers as " + own.id() + " at " + own.url());
    }

    Node own() {
        return own;
    }

    NodeLinks links() {
        return links;
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
        LOG.log(DEBUG, () -> "servers can't find each other: " + e.getMessage());
    }

    /** Cuts the links that lead to other servers: their clients get there through a server that stays. */
    void leave() {
        splices.forEach(LinkSplice::abort);
    }

    @Override
    public void close() {
        leave();
        if (http != null) {
            http.close();
        }
        try {
            table.withdraw(own.tag());
        } catch (IOException e) {
            LOG.log(WARNING, () -> "can't remove the entry of this server for others: " + e.getMessage());
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
            owner = connect(begin, token, client.peer());
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

    /** Null when there is no such server. */
    private Link connect(Message.Begin begin, Token token, String peer) throws IOException {
        int tag = SessionDirectory.tag(begin.session());
        Optional<Node> at = tag == own.tag() ? Optional.empty() : table.find(tag);
        return at.isEmpty() ? null
                : links.open(at.get().url(), NodeLinks.SESSION, links.key().nameOf(token), peer, Map.of());
    }

    private static boolean passBegun(Link owner, Link client, Message.Begin begin) throws IOException {
        ScheduledFuture<?> timeout = Threads.later(NodeLinks.TIMEOUT, owner::abort);
        try {
            owner.send(MessageWriter.write(begin));
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

    // --- a client whose session is here ------------------------------------------------------------------------------

    @Override
    public void upgrade(Request request, Socket socket, InputStream in, OutputStream out) throws IOException {
        RequestHead head = request.head();
        if (!head.path().equals(NodeLinks.SESSION)) {
            throw new HttpException(400, "not the link of a server");
        }
        upgrade(head, socket, in, out, (link, name) -> serve(link, name, none -> Optional.empty(), List.of()));
    }

    /** Serves a link that has proven that it is a server's. */
    interface Trusted {
        /** @param name of what the link is for, by the key of these servers */
        void serve(ServerWebSocket link, byte[] name) throws IOException;
    }

    void upgrade(RequestHead head, Socket socket, InputStream in, OutputStream out, Trusted trusted) throws IOException {
        gatekeeper.checkRoom("server " + Sockets.peer(socket));
        NodeLinks.Guest guest = links.accept(head, socket, in, out);
        if (!gatekeeper.enter("server " + guest.link().peer())) {
            guest.link().close(CloseCode.POLICY_VIOLATION, Gatekeeper.FULL);
            return;
        }
        try {
            trusted.serve(guest.link(), guest.name());
        } finally {
            gatekeeper.leave();
        }
    }

    /**
     * Serves the link of a client whose session is here, or at one of further servers.
     *
     * @param name of the client's token
     * @param tokens of this server, by such names
     */
    void serve(ServerWebSocket link, byte[] name, Function<byte[], Optional<Token>> tokens, List<Nodes> further)
            throws IOException {
        Message.Begin begin = SessionDirectory.receiveBegin(link);
        Session session = sessions.resume(link, begin, token -> NodeKey.matches(links.key().nameOf(token), name));
        if (session != null) {
            session.run(link);
            return;
        }
        Optional<Token> token = further.isEmpty() ? Optional.empty() : tokens.apply(name);
        if (token.isEmpty() || further.stream().noneMatch(nodes -> nodes.serve(link, begin, token.get()))) {
            link.close(CloseCode.NORMAL, "no such session");
        }
    }
}
