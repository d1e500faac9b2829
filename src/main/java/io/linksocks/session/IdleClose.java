package io.linksocks.session;

import io.linksocks.protocol.CloseCode;
import io.linksocks.util.Threads;
import java.time.Duration;

/** Closes a session that gets no new channels after its last one. */
public final class IdleClose {
    private static final Duration CHECK = Duration.ofMillis(500);

    private IdleClose() {}

    /** Returns at once. */
    public static void watch(Session session, String reason) {
        look(session, reason, false);
    }

    /** Looks twice, because whoever took the session from a pool before has not opened its channel yet. */
    private static void look(Session session, String reason, boolean idleBefore) {
        boolean idle = session.isIdle();
        if (idle && idleBefore) {
            Threads.start("close drained session", () -> session.close(CloseCode.GOING_AWAY, reason));
        } else if (session.isAlive()) {
            Threads.later(CHECK, () -> look(session, reason, idle));
        }
    }
}
