package io.linksocks.relay;

import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.MemoryLink;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionLimits;
import io.linksocks.util.Threads;
import java.io.IOException;

/** Two sessions that talk to each other without a network: one opens channels, the other dials. */
public final class SessionPair implements AutoCloseable {
    public final Session opener;
    public final Session dialler;

    public SessionPair(ChannelAcceptor acceptor) {
        this(NegotiatedParameters.BASE, SessionLimits.DEFAULT, acceptor);
    }

    public SessionPair(NegotiatedParameters parameters, SessionLimits limits, ChannelAcceptor acceptor) {
        this(MemoryLink.pair("test", 1000), parameters, limits, acceptor);
    }

    public SessionPair(MemoryLink.Pair link, NegotiatedParameters parameters, SessionLimits limits,
            ChannelAcceptor acceptor) {
        opener = session(link.client(), parameters, limits, ChannelAcceptor.refuseAll("not here"));
        dialler = session(link.server(), parameters, limits, acceptor);
        run(opener, link.client());
        run(dialler, link.server());
    }

    public static Session session(MemoryLink link, ChannelAcceptor acceptor) {
        return session(link, NegotiatedParameters.BASE, SessionLimits.DEFAULT, acceptor);
    }

    private static Session session(MemoryLink link, NegotiatedParameters parameters, SessionLimits limits,
            ChannelAcceptor acceptor) {
        return new Session(link, parameters, limits, new SessionCounters(), acceptor, message -> {});
    }

    private static void run(Session session, MemoryLink link) {
        Threads.start("session", () -> {
            try {
                session.run(link);
            } catch (IOException e) {
                session.abandon(e.getMessage());
            }
        });
    }

    @Override
    public void close() {
        opener.close(1000, "test over");
        dialler.close(1000, "test over");
    }
}
