package io.linksocks.server;

import io.linksocks.http.HttpServer;
import io.linksocks.http.Request;
import io.linksocks.http.RequestHead;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.TracedLink;
import io.linksocks.session.Heartbeat;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionLimits;
import io.linksocks.websocket.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Serves WebSockets: handshake, authentication and session. */
final class WebSocketEntrance implements HttpServer.UpgradeHandler {
    /** How long a client waits for other sessions of its token to end when the memory budget refuses another. */
    private static final Duration ROOM_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ROOM_POLL = Duration.ofMillis(500);

    private final Authenticator authenticator;
    private final SessionLimits limits;
    private final Roles roles;
    private final ServerCounters counters;
    private final Gatekeeper gatekeeper;
    private final Clients clients;
    private final Drain drain;
    /** Other servers that may have the session of a client: those of this host, then those of the cluster. */
    private final List<Nodes> others;
    /** Null without a cluster, as what follows. */
    private final Nodes cluster;
    private final NameIndex<Token> tokens;
    private final NameIndex<ProviderGroup> groups;
    private final LinkReaders readers = new LinkReaders(LinkReaders.PLATFORM_THREADS);

    WebSocketEntrance(TokenRegistry tokens, AccessConfig access, Gatekeeper gatekeeper, ServerOptions options,
            ServerCounters counters, Clients clients, Drain drain, Nodes host, Nodes cluster) {
        this.authenticator = new Authenticator(tokens, gatekeeper, clients, options);
        this.limits = options.session();
        this.roles = new Roles(tokens, access, options, counters.relay);
        this.counters = counters;
        this.gatekeeper = gatekeeper;
        this.clients = clients;
        this.drain = drain;
        this.others = Stream.of(host, cluster).flatMap(Stream::ofNullable).toList();
        this.cluster = cluster;
        this.tokens = cluster == null ? null : NameIndex.ofTokens(cluster.links().key(), tokens);
        this.groups = cluster == null ? null : NameIndex.ofGroups(cluster.links().key(), tokens);
    }

    @Override
    public void upgrade(Request request, Socket socket, InputStream in, OutputStream out) throws IOException {
        RequestHead head = request.head();
        WebOrigin.refuseForeign(head.headers());
        if (cluster != null && NodeLinks.PATHS.contains(head.path())) {
            cluster.upgrade(head, socket, in, out, (link, name) -> {
                request.trust();
                serveServer(head, link, name);
            });
            return;
        }
        Visitor visitor = gatekeeper.identifyClient(request);
        Authenticator.Verdict early = authenticator.judge(head, visitor);
        gatekeeper.checkRoom(visitor.name());
        ServerWebSocket link = ServerWebSocket.accept(head, socket, in, out, visitor.name());
        Authenticator.Verdict verdict = authenticator.decide(early, link, visitor);
        if (verdict != null) {
            // First, because a client that knows may open connections at once, which would evict this one as a stranger's.
            request.trust();
            enter(authenticator.admit(verdict, head, link), link, head);
        }
    }

    private void enter(Authenticator.Admission admission, ServerWebSocket link, RequestHead head) throws IOException {
        if (!gatekeeper.enter(link.peer())) {
            link.close(CloseCode.TRY_AGAIN_LATER, Gatekeeper.FULL);
            return;
        }
        try {
            serve(admission, TracedLink.of(link), head);
        } finally {
            gatekeeper.leave();
        }
    }

    /** @param name of a token or group, by the key of the cluster */
    private void serveServer(RequestHead head, ServerWebSocket link, byte[] name) throws IOException {
        if (head.path().equals(NodeLinks.SESSION)) {
            cluster.serve(link, name, tokens::find, others.subList(0, others.indexOf(cluster)));
            return;
        }
        ProviderGroup group = groups.find(name).orElse(null);
        if (group == null) {
            link.send(MessageWriter.write(new Message.AuthResponse(false, "no such providers")));
            link.close(CloseCode.POLICY_VIOLATION, "no such providers");
        } else {
            Authenticator.Verdict trusted = Authenticator.Verdict.admitted(group.servers(), UUID.randomUUID(), link.peer());
            serve(authenticator.admit(trusted, head, link), TracedLink.of(link), head);
        }
    }

    private void serve(Authenticator.Admission admission, Link link, RequestHead head) throws IOException {
        if (admission.offer() == null) {
            run(newSession(admission, link, head, NegotiatedParameters.BASE), link);
            return;
        }
        Message.Begin begin = awaitBegin(link);
        if (others.stream().noneMatch(nodes -> nodes.serve(link, begin, admission.token()))) {
            run(clients.directory().begin(link, begin, admission.offer(), admission.token(),
                    parameters -> newSession(admission, link, head, parameters)), link);
        }
    }

    /** A client may keep a link in reserve for as long as it answers pings. */
    private Message.Begin awaitBegin(Link link) throws IOException {
        Heartbeat heartbeat = new Heartbeat(link, counters.sessions);
        try {
            return SessionDirectory.awaitBegin(link);
        } finally {
            heartbeat.stop();
        }
    }

    private void run(Session session, Link link) throws IOException {
        readers.run(link.peer(), () -> session.run(link));
    }

    private Session newSession(Authenticator.Admission admission, Link link, RequestHead head,
            NegotiatedParameters parameters) {
        boolean room = awaitRoom(admission.token());
        Role role = roles.of(admission);
        Clients.Client client = clients.new Client(role, admission, head);
        Session session = new Session(link, parameters, limits(admission), counters.sessions, role, client, admission.token());
        client.start(session);
        String tooMany = room ? admission.token().account().refuseClient(admission.token().clients()) : "too many sessions";
        if (tooMany != null) {
            gatekeeper.report(RecentEvents.Kind.LIMIT, link.peer(), admission.address(), admission.token(), tooMany);
            session.close(CloseCode.TRY_AGAIN_LATER, tooMany);
        } else if (drain.isRunning()) {
            session.close(CloseCode.GOING_AWAY, Drain.REASON);
        }
        return session;
    }

    /** The window is what the client was told, even if the token's rate has changed since. */
    private SessionLimits limits(Authenticator.Admission admission) {
        SessionLimits own = admission.token().account().limits(limits);
        return admission.offer() == null ? own : own.withRates(own.rates(), admission.offer().window());
    }

    /** Waits until the memory budget admits a session of the token; false when it did not in time. */
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
}
