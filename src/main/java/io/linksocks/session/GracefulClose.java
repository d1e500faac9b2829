package io.linksocks.session;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;

/** The graceful close of a session: End, then Close from the same side (docs/protocol-extensions.md, section 3.4). */
final class GracefulClose {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(GracefulClose.class.getName());

    private GracefulClose() {}

    /** Sends End; blocks for a second at most, even if the peer does not read. */
    static void sendEnd(ReliableSender sender, String reason) {
        try {
            Threads.start("graceful close " + sender.peer(), () -> send(sender, new Message.End(reason))).join(LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends Leave without blocking the caller. */
    static void sendLeave(ReliableSender sender, Duration left) {
        Message leave = new Message.Leave((int) left.toSeconds());
        Threads.start("leave " + sender.peer(), () -> send(sender, leave));
    }

    private static void send(ReliableSender sender, Message message) {
        try {
            sender.sendUnnumbered(message);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "not sent to " + sender.peer() + ": " + message + ": " + e.getMessage());
        }
    }

    /** Aborts the link if no Close follows the received End within a second. */
    static void awaitClose(Link link) {
        Threads.later(LIMIT, link::abort);
    }
}
