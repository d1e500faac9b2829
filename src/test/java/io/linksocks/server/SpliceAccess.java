package io.linksocks.server;

import io.linksocks.protocol.Link;
import io.linksocks.session.SessionCounters;

/** Opens {@link LinkSplice} to tests of other packages. */
public final class SpliceAccess {
    private SpliceAccess() {}

    public static void run(Link client, Link owner, SessionCounters counters) {
        new LinkSplice(client, owner, counters).run();
    }
}
