package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;

/** Sends what threads have to say that must not wait for the link, above all the session's reader. */
final class Outbox {
    private static final Message STOP = new Message.Unknown(0);

    private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();
    private final Session session;

    Outbox(Session session) {
        this.session = session;
        Threads.start("outbox " + session.peer(), this::run);
    }

    void post(Message message) {
        queue.add(message);
    }

    void stop() {
        queue.add(STOP);
    }

    private void run() {
        try {
            for (Message message = queue.take(); message != STOP; message = queue.take()) {
                session.send(message, SendTurn.Rank.CONTROL);
            }
        } catch (IOException e) {
            session.linkFailed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
