package io.linksocks.client;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.protocol.Message;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.Session;
import io.linksocks.session.SessionObserver;

/** Keeps a session in the pool that new connections are taken from, as long as it lives. */
final class SessionMember implements SessionObserver {
    private static final System.Logger LOG = System.getLogger(SessionMember.class.getName());

    private final SessionPool pool;
    private final ServerMessages messages;
    private Session session;

    SessionMember(SessionPool pool, ServerMessages messages) {
        this.pool = pool;
        this.messages = messages;
    }

    void enter(Session own) {
        session = own;
        pool.add(own);
    }

    @Override
    public void onMessage(Message message) {
        messages.take(message);
    }

    @Override
    public void onResumed() {
        pool.wake();
        LOG.log(INFO, () -> "resumed with " + session.channelCount() + " channels");
    }

    @Override
    public void onEnd(String reason) {
        pool.remove(session);
    }
}
