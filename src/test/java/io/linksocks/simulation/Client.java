package io.linksocks.simulation;

import io.linksocks.client.HandoverAccess;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.protocol.Link;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The client's end: as its Tunnel does it, it connects, hands the session over, reads, and connects again. */
final class Client {
    private final Network network;
    private final HandoverAccess handover;
    private final CompletableFuture<?> serverBegan;
    private final AtomicInteger created = new AtomicInteger();
    private final CompletableFuture<Session> first = new CompletableFuture<>();
    private Session session;
    /** On which a session would begin. */
    private Link link;
    private volatile boolean done;

    /** @param serverBegan completed when the server knows the session */
    Client(Network network, SessionLimits limits, SessionCounters counters, CompletableFuture<?> serverBegan) {
        this.network = network;
        this.serverBegan = serverBegan;
        this.handover = new HandoverAccess(limits.window(), terms -> {
            created.incrementAndGet();
            return new Session(link, terms, limits, counters, ChannelAcceptor.refuseAll("not here"), message -> { });
        });
    }

    CompletableFuture<Session> session() {
        return first;
    }

    /** More than one would mean that the server has forgotten the first. */
    int sessions() {
        return created.get();
    }

    void stop() {
        done = true;
    }

    void run() {
        for (int number = 0; !done; number++) {
            try {
                connect(number);
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
            boolean beginning = session == null;
            session = handover.begin(link, line.offer(), session);
            if (beginning) {
                serverBegan.join();
                network.arm(line, number, Network.Late.NONE);
                first.complete(session);
            }
            session.run(link);
        } finally {
            link.abort();
        }
    }
}
