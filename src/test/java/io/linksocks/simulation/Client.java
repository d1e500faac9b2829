package io.linksocks.simulation;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.Handover;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.SessionObserver;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The client's end: as its Tunnel does it, it connects, hands the session over, reads, connects again, and moves. */
final class Client {
    private static final int GOING_AWAY = 1001;
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final Crew crew;
    private final Network network;
    private final SessionLimits limits;
    private final SessionCounters counters;
    private final EndedTogether<Session> created = new EndedTogether<>(session -> session.close(1000, "run is over"));
    /** The first one, and one more for every server that has asked for a move. */
    private final List<Session> sessions = new CopyOnWriteArrayList<>();
    private final AtomicInteger links = new AtomicInteger();
    private final AtomicInteger moves = new AtomicInteger();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    /** Guards {@link #current}; held shared while a channel is opened, so that nobody opens one in a session that was left. */
    private final ReentrantReadWriteLock opening = new ReentrantReadWriteLock();
    private Session current;
    private volatile boolean done;

    Client(Crew crew, Network network, SessionLimits limits, SessionCounters counters) {
        this.crew = crew;
        this.network = network;
        this.limits = limits;
        this.counters = counters;
    }

    void start() {
        crew.start("client", new Tunnel(null)::run);
    }

    /** A channel, and the session it is in. */
    record Opened(Channel channel, Session session) {}

    Opened open(Endpoint target) throws IOException {
        begun.join();
        opening.readLock().lock();
        try {
            return new Opened(current.open(Transport.TCP, target), current);
        } finally {
            opening.readLock().unlock();
        }
    }

    /** All but those that a server has forgotten, of which there should be none. */
    List<Session> sessions() {
        return sessions;
    }

    int moves() {
        return moves.get();
    }

    /** The session in which channels are opened now. */
    Session current() {
        opening.readLock().lock();
        try {
            return current;
        } finally {
            opening.readLock().unlock();
        }
    }

    /** Ends all sessions, also one that is about to begin because the server has ended the first. */
    void stop() {
        done = true;
        created.end();
    }

    private final class Tunnel implements SessionObserver {
        /** The one whose server drains; null for the first. */
        private final Tunnel before;
        private final Handover handover = new Handover(limits.window(), GRACE, this::create);
        private Session session;
        /** On which a session would begin. */
        private Link link;
        private volatile boolean leaving;

        Tunnel(Tunnel before) {
            this.before = before;
        }

        private Session create(NegotiatedParameters parameters) {
            Session next = new Session(link, parameters, limits, counters, ChannelAcceptor.refuseAll("not here"), this);
            created.add(next);
            if (!leaving) {
                sessions.add(next);
            }
            return next;
        }

        void run() {
            while (!done && !(leaving && !session.isAlive())) {
                try {
                    connect(links.getAndIncrement());
                } catch (IOException e) {
                    System.getLogger(Client.class.getName()).log(System.Logger.Level.TRACE, "link ended", e);
                }
            }
        }

        private void connect(int number) throws IOException {
            Network.Line line = session == null
                    ? network.first() : network.next(number, network.lateAttempt(session));
            link = line.link().client();
            try {
                Session earlier = session;
                session = handover.begin(link, line.offer(), session);
                if (leaving && session != earlier) {
                    session.close(GOING_AWAY, "not needed any more");
                    return;
                }
                if (earlier == null) {
                    line.server().awaitBegun(session.parameters().id());
                    network.arm(line, number, Network.Late.NONE);
                    crew.start("move", this::takeOver);
                }
                session.run(link);
            } finally {
                link.abort();
            }
        }

        /** Not on the reader's thread, because a channel that is being opened may wait for that. */
        private void takeOver() {
            opening.writeLock().lock();
            try {
                current = session;
            } finally {
                opening.writeLock().unlock();
            }
            begun.complete(null);
            if (before != null) {
                Waiting.until("last channel", before.session::isIdle);
                before.session.close(GOING_AWAY, "drained");
            }
        }

        @Override
        public void onMessage(Message message) {
            if (message instanceof Message.Leave && !leaving) {
                leaving = true;
                moves.incrementAndGet();
                crew.start("client moves", new Tunnel(this)::run);
            }
        }
    }
}
