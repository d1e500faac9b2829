package io.linksocks.simulation;

import io.linksocks.protocol.Message;
import io.linksocks.server.DirectoryAccess;
import io.linksocks.server.SpliceAccess;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.SessionObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The server's end, which knows its sessions by their ids. */
final class Server {
    private static final int INNER_CAPACITY = 4;

    private final Crew crew;
    private final AtomicInteger lines = new AtomicInteger();
    private final SessionLimits limits;
    private final SessionCounters counters;
    private final ChannelAcceptor acceptor;
    private final DirectoryAccess directory = new DirectoryAccess();
    private final EndedTogether<Session> created = new EndedTogether<>(session -> session.close(1000, "run is over"));
    private final CompletableFuture<Session> first = new CompletableFuture<>();

    Server(Crew crew, SessionLimits limits, SessionCounters counters, ChannelAcceptor acceptor) {
        this.crew = crew;
        this.limits = limits;
        this.counters = counters;
        this.acceptor = acceptor;
    }

    CompletableFuture<Session> session() {
        return first;
    }

    int sessions() {
        return created.size();
    }

    /** Those that somebody could still come back to. */
    int resumable() {
        return directory.size();
    }

    /** Serves one link to its end; every third one reaches another server first, which passes its messages. */
    void serve(Network.Line line) {
        if (lines.incrementAndGet() % 3 != 0) {
            serve(line.link().server(), line.offer());
            return;
        }
        MemoryLink.Pair inner = MemoryLink.pair("splice", INNER_CAPACITY);
        crew.start("owner", () -> serve(inner.server(), line.offer()));
        SpliceAccess.run(line.link().server(), inner.client(), counters);
    }

    private void serve(MemoryLink link, Message.Offer offer) {
        try {
            Session session = directory.begin(link, offer, parameters -> create(link, parameters));
            first.complete(session);
            session.run(link);
        } catch (IOException e) {
            System.getLogger(Server.class.getName()).log(System.Logger.Level.TRACE, "link ended", e);
        } finally {
            link.abort();
        }
    }

    private Session create(MemoryLink link, NegotiatedParameters parameters) {
        Guest guest = new Guest();
        Session session = new Session(link, parameters, limits, counters, acceptor, guest);
        guest.session = session;
        created.add(session);
        return session;
    }

    /** Ends all sessions, also one that is about to begin with an attempt that comes when the client has left already. */
    void stop() {
        created.end();
    }

    private final class Guest implements SessionObserver {
        private volatile Session session;

        @Override
        public void onMessage(Message message) {
            counters.ignoredMessages.increment();
        }

        @Override
        public void onEnd(String reason) {
            directory.remove(session);
        }
    }
}
