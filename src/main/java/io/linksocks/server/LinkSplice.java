package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Heartbeat;
import io.linksocks.session.SessionCounters;
import io.linksocks.util.Threads;
import java.io.IOException;

/**
 * A client's link, joined to the server that has its session. Messages pass unread; each side is read only as fast as the
 * other takes them.
 */
final class LinkSplice {
    private static final System.Logger LOG = System.getLogger(LinkSplice.class.getName());

    private final Link client;
    private final Link owner;
    private final SessionCounters counters;

    LinkSplice(Link client, Link owner, SessionCounters counters) {
        this.client = client;
        this.owner = owner;
        this.counters = counters;
    }

    /** Copies both ways until one side ends, and ends the other one alike. */
    void run() {
        Heartbeat heartbeat = new Heartbeat(client, counters);
        try {
            Threads.start("splice to " + client.peer(), () -> copy(owner, client));
            copy(client, owner);
        } finally {
            heartbeat.stop();
        }
    }

    /** Ends both links; the client resumes its session at another server. */
    void abort() {
        client.abort();
        owner.abort();
    }

    private static void copy(Link from, Link to) {
        try {
            from.receiveEach(message -> pass(message, to));
            to.close(CloseCode.NORMAL, "");
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "link of " + from.peer() + " ended: " + e.getMessage());
            to.abort();
        } finally {
            from.abort();
        }
    }

    private static boolean pass(Slice message, Link to) throws IOException {
        to.send(message);
        message.release();
        return true;
    }
}
