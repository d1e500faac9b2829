package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.cluster.Directory;
import io.linksocks.cluster.Node;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Features;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.Slice;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.Handover;
import io.linksocks.session.IdleClose;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionObserver;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A session with another server of the cluster, whose providers of one group dial for connections of this server. It is an
 * ordinary session of a connector: it resumes after the loss of its link, until the other server has left the cluster.
 */
final class RemoteServer {
    private static final Duration PAUSE = Duration.ofMillis(250);
    /** How often to try before there is a session: about as long as a connection waits for a provider. */
    private static final int ATTEMPTS = 20;

    private static final System.Logger LOG = System.getLogger(RemoteServer.class.getName());

    /** What all of them have in common. */
    record Shared(Directory directory, Nodes nodes, ServerOptions options, SessionCounters counters) {}

    private final Shared shared;
    private final ProviderGroup group;
    private final int tag;
    private final Handover handover;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Session session;
    /** On which a session would begin. */
    private Link link;
    private int failures;

    /** @param tag of the other server */
    RemoteServer(Shared shared, ProviderGroup group, int tag) {
        this.shared = shared;
        this.group = group;
        this.tag = tag;
        this.handover = new Handover(shared.options().session().window(), shared.options().resumeTimeout(), this::create);
    }

    void start() {
        Threads.start("remote providers", this::run);
    }

    int channels() {
        Session present = session;
        return present == null ? 0 : present.channelCount();
    }

    /** Whether it will give no more channels. */
    boolean isOver() {
        Session present = session;
        return closed.getCount() == 0 || present != null && !present.isAlive();
    }

    /** Opens no more channels there, and ends the session with the last one. */
    void retire() {
        Session present = session;
        if (present == null) {
            close();
        } else {
            group.pool().retire(present);
            IdleClose.watch(present, "not needed any more");
        }
    }

    void close() {
        closed.countDown();
        Session present = session;
        if (present != null) {
            present.close(CloseCode.GOING_AWAY, "not needed any more");
        }
    }

    private void run() {
        try {
            while (!isOver()) {
                attempt();
                if (!isOver()) {
                    closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed.countDown();
        }
    }

    private void attempt() {
        Node node = shared.directory().find(tag).orElse(null);
        if (node == null) {
            giveUp("the other server has left the cluster");
            return;
        }
        try {
            serve(node);
            failures = 0;
        } catch (IOException e) {
            Threads.reportError(e);
            LOG.log(failures++ == 0 ? INFO : DEBUG, () -> "no link to the providers at " + node.name() + ": " + e.getMessage());
            if (session == null && failures == ATTEMPTS) {
                giveUp("unreachable");
            }
        }
    }

    private void giveUp(String why) {
        closed.countDown();
        if (session != null) {
            session.abandon(why);
        }
    }

    private void serve(Node node) throws IOException {
        Features features = shared.options().features();
        link = shared.nodes().links().open(node.url(), NodeLinks.PROVIDERS, shared.nodes().links().key().nameOf(group),
                shared.nodes().own().name(), features.isEmpty() ? Map.of() : Map.of(Features.HEADER, features.announce()));
        try {
            Session begun = handover.begin(link, verdict(), session);
            if (begun.parameters().id() != null && SessionDirectory.tag(begun.parameters().id()) != tag) {
                // Another process has taken its place, which has an entry of its own.
                begun.close(CloseCode.GOING_AWAY, "not the server that was looked for");
                giveUp("the other server was replaced");
                return;
            }
            if (session != begun) {
                session = begun;
                LOG.log(INFO, () -> "connected to the providers at " + node.name());
            }
            if (closed.getCount() == 0) {
                begun.close(CloseCode.GOING_AWAY, "not needed any more");
            }
            begun.run(link);
        } finally {
            link.abort();
        }
    }

    private Message.Offer verdict() throws IOException {
        ScheduledFuture<?> timeout = Threads.later(NodeLinks.TIMEOUT, link::abort);
        try {
            Slice answer = link.receive();
            if (answer != null && MessageReader.read(answer) instanceof Message.AuthResponse verdict && verdict.success()) {
                return verdict.offer();
            }
            throw new IOException("no such providers there");
        } finally {
            timeout.cancel(false);
        }
    }

    private Session create(NegotiatedParameters parameters) {
        Member member = new Member();
        Session created = new Session(link, parameters, shared.options().session(), shared.counters(),
                ChannelAcceptor.refuseAll("a server opens no channels here"), member, group.owner());
        member.own = created;
        group.pool().addReserve(created);
        return created;
    }

    /** Keeps a session in the pool of the group as long as it lives. */
    private final class Member implements SessionObserver {
        private volatile Session own;

        @Override
        public void onMessage(Message message) {
            if (message instanceof Message.Leave) {
                retire();
            }
        }

        @Override
        public void onResumed() {
            group.pool().wake();
        }

        @Override
        public void onEnd(String reason) {
            group.pool().remove(own);
        }
    }
}
