package io.linksocks.simulation;

import io.linksocks.protocol.Message;
import io.linksocks.server.DirectoryAccess;
import io.linksocks.server.SpliceAccess;
import io.linksocks.session.Channel;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** One of the servers' ends, which knows its sessions by their ids, and which servers have the others. */
final class Server {
    private static final int INNER_CAPACITY = 4;
    private static final int GRACE_SECONDS = 600;

    private final Servers all;
    private final Crew crew;
    private final Plan plan;
    private final SessionCounters counters;
    private final BiConsumer<Session, Channel> acceptor;
    private final DirectoryAccess directory = new DirectoryAccess();
    private final EndedTogether<Session> created = new EndedTogether<>(session -> session.close(1000, "run is over"));
    /** Also of sessions that clients know and this server does not, yet. */
    private final Map<UUID, CompletableFuture<Session>> sessions = new ConcurrentHashMap<>();
    /** Links whose sessions are elsewhere. */
    private final Map<MemoryLink.Pair, MemoryLink.Pair> splices = new ConcurrentHashMap<>();
    private volatile boolean draining;

    Server(Servers all, Crew crew, Plan plan, SessionCounters counters, BiConsumer<Session, Channel> acceptor) {
        this.all = all;
        this.crew = crew;
        this.plan = plan;
        this.counters = counters;
        this.acceptor = acceptor;
    }

    Message.Offer offer() {
        return new Message.Offer(plan.features, directory.newId(), plan.server.window(), GRACE_SECONDS);
    }

    boolean hasOffered(UUID session) {
        return directory.isFromHere(session);
    }

    boolean isDraining() {
        return draining;
    }

    private CompletableFuture<Session> session(UUID id) {
        return sessions.computeIfAbsent(id, absent -> new CompletableFuture<>());
    }

    /** Returns the session once the server has it. */
    Session awaitBegun(UUID id) {
        return session(id).join();
    }

    /** Those that somebody could still come back to. */
    int resumable() {
        return directory.size();
    }

    /** Serves one link to its end, itself or by way of the server that has its session. */
    void serve(Network.Line line) {
        MemoryLink link = line.link().server();
        try {
            Message.Begin begin = DirectoryAccess.receiveBegin(link);
            Server owner = all.owner(begin.session());
            if (owner == this || !passOn(line.link(), owner, begin)) {
                directory.begin(link, begin, line.offer(), parameters -> create(link, parameters)).run(link);
            }
        } catch (IOException e) {
            System.getLogger(Server.class.getName()).log(System.Logger.Level.TRACE, "link ended", e);
        } finally {
            link.abort();
        }
    }

    /** Returns false when the owner has no such session. */
    private boolean passOn(MemoryLink.Pair link, Server owner, Message.Begin begin) throws IOException {
        MemoryLink.Pair inner = MemoryLink.pair("splice", INNER_CAPACITY);
        Session session = owner.directory.resume(inner.server(), begin);
        if (session == null) {
            return false;
        }
        crew.start("owner", () -> owner.run(session, inner.server()));
        splices.put(link, inner);
        if (draining) {
            cut(link, inner);
        }
        SpliceAccess.run(link.server(), inner.client(), counters);
        splices.remove(link);
        return true;
    }

    private void run(Session session, MemoryLink link) {
        try {
            session.run(link);
        } catch (IOException e) {
            System.getLogger(Server.class.getName()).log(System.Logger.Level.TRACE, "splice ended", e);
        }
    }

    private Session create(MemoryLink link, NegotiatedParameters parameters) {
        Guest guest = new Guest();
        Session session = new Session(link, parameters, plan.server, counters, guest::accept, guest);
        guest.session = session;
        created.add(session);
        if (!session(parameters.id()).complete(session)) {
            throw new AssertionError("a session began twice");
        }
        return session;
    }

    /** Asks the clients of its sessions to move, and leads no others to theirs. */
    void drain() {
        draining = true;
        splices.forEach(Server::cut);
        sessions.values().forEach(session -> session.thenAccept(Server::dismiss));
    }

    private static void cut(MemoryLink.Pair outer, MemoryLink.Pair inner) {
        outer.cutInside();
        inner.cutInside();
    }

    private static void dismiss(Session session) {
        session.leave(Duration.ofHours(1));
    }

    /** Ends all sessions, also one that is about to begin with an attempt that comes when the client has left already. */
    void stop() {
        created.end();
    }

    private final class Guest implements SessionObserver {
        private volatile Session session;

        void accept(Channel channel) {
            acceptor.accept(session, channel);
        }

        @Override
        public void onMessage(Message message) {
            counters.ignoredMessages.increment();
        }

        /** The link that was lost may have taken Leave with it. */
        @Override
        public void onResumed() {
            if (draining) {
                dismiss(session);
            }
        }

        @Override
        public void onEnd(String reason) {
            directory.remove(session);
        }
    }
}
