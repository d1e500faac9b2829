package io.linksocks.simulation;

import io.linksocks.client.HandoverAccess;
import io.linksocks.protocol.Link;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The client's end: as its Tunnel does it, it connects, hands the session over, reads, and connects again. */
final class Client {
    private final Network network;
    private final HandoverAccess handover;
    private final CompletableFuture<?> serverBegan;
    private final EndedTogether<Session> created = new EndedTogether<>(session -> session.close(1000, "run is over"));
    private final CompletableFuture<Session> first = new CompletableFuture<>();
    private Session session;
    /** On which a session would begin. */
    private Link link;
    private volatile boolean done;

    /** @param serverBegan completed when the server knows the session */
    Client(Network network, SessionLimits limits, SessionCounters counters, CompletableFuture<?> serverBegan) {
        this.network = network;
        this.serverBegan = serverBegan;
        this.handover = new HandoverAccess(limits.window(), parameters -> create(parameters, limits, counters));
    }

    private Session create(NegotiatedParameters parameters, SessionLimits limits, SessionCounters counters) {
        Session next = new Session(link, parameters, limits, counters, ChannelAcceptor.refuseAll("not here"), message -> { });
        created.add(next);
        return next;
    }

    CompletableFuture<Session> session() {
        return first;
    }

    /** More than one would mean that the server has forgotten the first. */
    int sessions() {
        return created.size();
    }

    /** Ends all sessions, also one that is about to begin because the server has ended the first. */
    void stop() {
        done = true;
        created.end();
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
