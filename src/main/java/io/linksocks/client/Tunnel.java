package io.linksocks.client;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.session.Handover;
import io.linksocks.session.IdleClose;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import io.linksocks.session.SessionCounters;
import io.linksocks.session.SessionObserver;
import io.linksocks.util.Authority;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** One WebSocket and its successors: connects, serves the session, reconnects. */
final class Tunnel {
    private static final System.Logger LOG = System.getLogger(Tunnel.class.getName());

    /** What the tunnels of one client have in common. By the instance, the server recognizes them as one client. */
    record Shared(LinkSocksClient client, ClientOptions options, SessionPool sessions, ChannelAcceptor acceptor,
            ConnectorTokens connectorTokens, SessionCounters counters, FaultLog faults, UUID instance, SSLContext tls) {}

    private final Shared shared;
    private final ClientOptions options;
    private final Login login;
    private final Login secondLogin;
    private final Pace pace;
    /** Of tunnels that take each other's place, as one server after the other drains; only the last of them uses it. */
    private final Pace succession;
    private final Roaming roaming;
    /** Null without {@code --standby}. */
    private final Standby standby;
    private final CountDownLatch closed = new CountDownLatch(1);
    /** Called when the first session of this tunnel takes new connections. */
    private final Runnable onSession;
    private volatile Session session;
    /** The server drains: another tunnel takes new connections, this one ends with its session. */
    private volatile boolean leaving;
    private int server;
    /** The connection to go on with, as the one before was lost; null when the next is to be made. */
    private Roaming.Second second;
    /** The level of the next pause: that after a fault which was not logged is not logged either. */
    private System.Logger.Level pauseLevel = INFO;
    private long exchanged;

    Tunnel(Shared shared) {
        this(shared, newPace(shared.options()), () -> { });
        succession.reset();
    }

    private Tunnel(Shared shared, Pace succession, Runnable onSession) {
        this.succession = succession;
        this.onSession = onSession;
        this.shared = shared;
        this.options = shared.options();
        this.login = new Login(options, shared.instance(), shared.tls());
        this.secondLogin = new Login(options, shared.instance(), shared.tls());
        this.pace = newPace(options);
        this.standby = options.reach().standby() ? new Standby(secondLogin::connect, newPace(options)) : null;
        this.roaming = new Roaming(this::connectBeside, () -> newPace(options));
    }

    private static Pace newPace(ClientOptions options) {
        return new Pace(new Backoff(options.reach().reconnectDelay()), System::nanoTime);
    }

    void start() {
        Threads.start("tunnel", this::run);
    }

    /** Stops connecting; the caller closes the session. */
    void stop() {
        closed.countDown();
        roaming.close();
        if (standby != null) {
            standby.close();
        }
        login.cancel();
        secondLogin.cancel();
    }

    private void run() {
        try {
            pause(succession);
            while (!isOver()) {
                connectOnce();
                if (second == null && !isOver()) {
                    pause(pace);
                }
            }
            shared.client().onTunnelOver(this);
        } catch (LinkSocksException e) {
            shared.client().onFatal(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (second != null) {
                second.admission().link().abort();
            }
        }
    }

    private void connectOnce() throws LinkSocksException {
        URI url = url();
        pauseLevel = INFO;
        try {
            long began = System.nanoTime();
            serve(url, second == null ? connect(url) : second.admission(), began);
        } catch (Login.InvalidTokenException e) {
            if (!options.reach().retryAuth()) {
                HintedException why = login.explain(name(url), url, e);
                throw new LinkSocksException(LinkSocksException.Kind.INVALID_TOKEN, why.getMessage() + "; " + why.hint());
            }
            warn(url, name(url) + " refused the token: " + e.getMessage());
        } catch (LinkSocksException e) {
            throw e;
        } catch (IOException e) {
            Threads.reportError(e);
            if (!isClosed()) {
                pace.onFailure(url, e);
                onUnreachable(url, "can't connect to " + name(url) + ": " + e.getMessage()
                        + (e instanceof HintedException hinted ? "; " + hinted.hint() : ""));
            }
        } catch (RuntimeException e) {
            // For instance of a listener; without this the tunnel would not reconnect.
            Threads.reportError(e);
            LOG.log(ERROR, "connection to " + name(url) + " failed", e);
            if (!options.reach().reconnect()) {
                throw new LinkSocksException(LinkSocksException.Kind.DISCONNECTED,
                        "connection to " + name(url) + " failed and reconnecting is off");
            }
        }
    }

    private Login.Admission connectBeside(URI url) throws IOException {
        Login.Admission ready = takeStandby();
        return ready == null ? secondLogin.connect(url) : ready;
    }

    private Login.Admission takeStandby() {
        return standby == null ? null : standby.take();
    }

    private Login.Admission connect(URI url) throws IOException {
        Login.Admission ready = takeStandby();
        if (ready != null) {
            return ready;
        }
        Login.Admission admission = login.connect(url);
        shared.faults().clear(url);
        return admission;
    }

    /** Moves on to the next server; without reconnecting, each is tried once. */
    private void onUnreachable(URI url, String why) throws LinkSocksException {
        server++;
        if (!options.reach().reconnect() && server >= options.reach().urls().size()) {
            throw new LinkSocksException(LinkSocksException.Kind.DISCONNECTED, why + "; reconnecting is off");
        }
        warn(url, why);
    }

    private void warn(URI url, String fault) {
        shared.client().onFault(fault);
        String line = shared.faults().line(url, fault);
        pauseLevel = line == null ? DEBUG : INFO;
        LOG.log(line == null ? DEBUG : WARNING, line == null ? fault : line);
    }

    /** The server that is next. */
    private URI url() {
        return options.reach().urls().get(server % options.reach().urls().size());
    }

    /** @param dialledAt when the connection was begun, on the scale of {@link System#nanoTime} */
    private void serve(URI url, Login.Admission admission, long dialledAt) throws LinkSocksException {
        Link link = admission.link();
        String why;
        pace.onBegin();
        try {
            roaming.begin(url, link);
            if (!begin(url, admission, dialledAt)) {
                return;
            }
            if (standby != null && session.parameters().features().resume()) {
                standby.begin(url);
            }
            session.run(link);
            why = session.isAlive() ? "closed by the server" : session.endReason();
        } catch (LinkSocksException e) {
            throw e;
        } catch (IOException e) {
            why = e.getMessage();
        } finally {
            link.abort();
            second = roaming.end();
            if (standby != null) {
                standby.end();
            }
        }
        pace.onEnd();
        onEnd(url, second == null ? why : "path lost");
    }

    /** Resumes the session, or begins another one; returns false when it is not needed any more. */
    private boolean begin(URI url, Login.Admission admission, long dialledAt) throws IOException {
        Session earlier = session;
        session = new Handover(options.limits().window(), options.wire().resumeTimeout(),
                parameters -> newSession(admission.link(), parameters)).begin(admission.link(), admission.offer(), earlier);
        try {
            logConnected(url, Duration.ofNanos(System.nanoTime() - dialledAt), session == earlier);
            second = null;
            noteProgress();
            if (isClosed() || leaving && session != earlier) {
                session.close(CloseCode.GOING_AWAY, "not needed any more");
                return false;
            }
            shared.client().onConnected(name(url));
            return true;
        } catch (IOException | RuntimeException e) {
            // It has a link, but no reader that would notice its end.
            session.abandon("not served");
            throw e;
        }
    }

    /** Called when the status says so as well: the session has its link. */
    private void logConnected(URI url, Duration time, boolean resumed) {
        int channels = session.channelCount();
        String resumption = " with " + channels + (channels == 1 ? " channel" : " channels");
        if (resumed && second != null) {
            shared.counters().switches.increment();
            LOG.log(INFO, "path lost, switched in " + TimeText.of(second.lost().age()) + resumption);
        } else {
            LOG.log(INFO, "connected to " + name(url) + " in " + TimeText.of(time)
                    + (resumed ? ", resumed" + resumption : ""));
        }
    }

    /** Shows whether the previous connection made progress, once the peers have exchanged what they received. */
    private void noteProgress() {
        if (session.exchanged() > exchanged) {
            pace.onProgress();
        }
        exchanged = session.exchanged();
    }

    private Session newSession(Link link, NegotiatedParameters parameters) {
        SessionMember member = new SessionMember();
        Session created = new Session(link, parameters, options.limits(), shared.counters(), shared.acceptor(), member);
        member.own = created;
        if (!leaving) {
            succession.onBegin();
            shared.sessions().add(created);
            shared.connectorTokens().onConnected(created);
            onSession.run();
        }
        if (options.reach().reconnect()) {
            created.watchPath(roaming::onSilent);
        }
        return created;
    }

    private void onEnd(URI url, String why) throws LinkSocksException {
        options.listener().disconnected(name(url), why);
        if (isOver() || second != null) {
            return;
        }
        LOG.log(WARNING, () -> "connection to " + name(url) + " ended: " + why);
        if (!options.reach().reconnect()) {
            throw new LinkSocksException(LinkSocksException.Kind.DISCONNECTED,
                    "connection to " + name(url) + " ended and reconnecting is off");
        }
    }

    // --- draining (docs/protocol-extensions.md, section 3.5) ---------------------------------------------------------

    /** Called by the reader of the session, at times again after a resume. */
    private void onLeave(Message.Leave leave) {
        if (leaving || !options.reach().reconnect()) {
            return;
        }
        leaving = true;
        LOG.log(INFO, () -> "the server stops within " + TimeText.ofSeconds(leave.seconds())
                + ": new connections go to another session");
        succession.onEnd();
        shared.client().onLeave(new Tunnel(shared, succession, this::retire));
    }

    private void retire() {
        shared.sessions().retire(session);
        // The server opens the channels of a provider, so only the server knows which one is the last.
        if (!options.provider()) {
            IdleClose.watch(session, "drained");
        }
    }

    private void pause(Pace before) throws InterruptedException {
        Duration pause = before.next(url());
        if (pause.isPositive()) {
            LOG.log(pauseLevel, () -> "next attempt in " + TimeText.of(pause));
            closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Whether there is nothing more to connect for. */
    private boolean isOver() {
        return isClosed() || leaving && !session.isAlive();
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Without user info and query, which may hold secrets. */
    private static String name(URI url) {
        return url.getScheme() + "://" + Authority.of(url);
    }

    /** Keeps a session in the pool for new connections as long as it lives. */
    private final class SessionMember implements SessionObserver {
        private Session own;

        @Override
        public void onMessage(Message message) {
            if (message instanceof Message.Leave leave) {
                onLeave(leave);
            } else {
                shared.client().onMessage(message);
            }
        }

        @Override
        public void onResumed() {
            shared.sessions().wake();
        }

        @Override
        public void onEnd(String reason) {
            shared.sessions().remove(own);
        }
    }
}
