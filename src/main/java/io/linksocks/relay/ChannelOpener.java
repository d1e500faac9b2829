package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.DialError;
import io.linksocks.dial.Dialer;
import io.linksocks.protocol.Transport;
import io.linksocks.seal.SealException;
import io.linksocks.seal.SealedConnect;
import io.linksocks.seal.Secret;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.session.Session;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Race;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.TimeText;
import io.linksocks.util.Watchdog;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;

/**
 * Opens channels through the sessions of a pool. A session that fails before its peer has answered, or whose peer gives no
 * sign of life or can't dial while there is another, costs an attempt but not the connection.
 */
public final class ChannelOpener {
    /** When so many sessions fail, it is not for want of another. */
    private static final int ATTEMPTS = 4;
    /** The dialling side's own limit and some time for the way there and back. */
    public static final Duration CONFIRMATION_LIMIT = Dialer.CONNECT_TIMEOUT.plusSeconds(5);
    /** How often a session that has not answered is looked at. */
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);

    private static final System.Logger LOG = System.getLogger(ChannelOpener.class.getName());
    private static final RateLimitedLogger CANT_DIAL = new RateLimitedLogger(LOG);
    private static final RateLimitedLogger NOT_SEALED = new RateLimitedLogger(LOG);

    private static final Duration NO_LIMIT = Duration.ofDays(1);

    private final SessionPool sessions;
    private final Duration timeout;
    private final Secret secret;

    /** @param timeout how long to wait for a session when there is none */
    public ChannelOpener(SessionPool sessions, Duration timeout) {
        this(sessions, timeout, null);
    }

    /** @param secret seals the channels, which nobody uses before they are confirmed then; null for none */
    public ChannelOpener(SessionPool sessions, Duration timeout, Secret secret) {
        this.sessions = sessions;
        this.timeout = timeout;
        this.secret = secret;
    }

    /** Whether channels of one {@link Claimant#origin} go through the same session now. */
    public boolean isSticky() {
        return sessions.isSticky();
    }

    /**
     * Asks for a channel and does not wait for the target, unless the channel is sealed: its keys depend on the answer.
     *
     * @throws NoSessionException when there is no session
     */
    public Channel request(Transport transport, Endpoint target, Claimant claimant) throws IOException {
        return secret == null
                ? attempt(session -> request(session, transport, target, null), claimant, deadline(NO_LIMIT))
                : open(transport, target, claimant);
    }

    /**
     * Opens a channel whose target is connected.
     *
     * @throws NoSessionException when there is no session
     * @throws SocketTimeoutException when the other side has not answered in time
     * @throws IOException when the target can't be reached
     */
    public Channel open(Transport transport, Endpoint target, Claimant claimant) throws IOException {
        return open(transport, target, claimant, NO_LIMIT);
    }

    /** The same within a time of the caller's, if that is less than it takes to give up anyway. */
    public Channel open(Transport transport, Endpoint target, Claimant claimant, Duration limit) throws IOException {
        long deadline = deadline(limit);
        return attempt(session -> open(session, transport, target, claimant, deadline), claimant, deadline);
    }

    /**
     * Opens a channel to whichever answers first of the addresses of a target, in order of preference.
     *
     * @param claimant not asked before a channel is confirmed when there are several
     */
    public Channel connect(List<Endpoint> addresses, Claimant claimant, Duration limit) throws IOException {
        if (addresses.size() == 1) {
            return open(Transport.TCP, addresses.get(0), claimant, limit);
        }
        Contest contest = new Contest(claimant, deadline(limit));
        Channel channel = claimant.interruptibly(() -> Race.first(addresses, contest, late -> late.discard("")));
        claimant.opened(channel);
        return channel;
    }

    /** The attempts at the addresses of a target. */
    private final class Contest extends Claimant implements Race.Attempt<Endpoint, Channel> {
        private final Claimant claimant;
        private final long deadline;

        Contest(Claimant claimant, long deadline) {
            super(claimant.origin());
            this.claimant = claimant;
            this.deadline = deadline;
        }

        @Override
        protected Channel onBehalfOf() {
            return claimant.onBehalfOf();
        }

        @Override
        public Channel run(Endpoint address) throws IOException {
            return open(Transport.TCP, address, this, Duration.ofNanos(deadline - System.nanoTime()));
        }

        @Override
        public void end(Thread attempt) {
            leave();
        }
    }

    /** The same without a limit of the caller's. */
    public Channel connect(List<Endpoint> addresses, Claimant claimant) throws IOException {
        return connect(addresses, claimant, NO_LIMIT);
    }

    private static long deadline(Duration limit) {
        return System.nanoTime() + limit.toNanos();
    }

    /** A way to a channel through one session. */
    private interface Way {
        Channel through(Session session) throws IOException;
    }

    /** It was for the session, and may be possible with another. */
    private static final class SessionFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        SessionFailedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private Channel attempt(Way way, Claimant claimant, long deadline) throws IOException {
        for (int attempt = 1;; attempt++) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            Session session = claimant.interruptibly(
                    () -> sessions.await(left.compareTo(timeout) < 0 ? left : timeout, claimant.origin()));
            try {
                return way.through(session);
            } catch (SessionFailedException e) {
                LOG.log(DEBUG, () -> "no channel through " + session.peer() + ": " + e.getMessage());
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static Channel request(Session session, Transport transport, Endpoint target, Channel onBehalfOf)
            throws SessionFailedException {
        try {
            return session.open(transport, target, onBehalfOf);
        } catch (IOException e) {
            throw new SessionFailedException(e);
        }
    }

    private Channel open(Session session, Transport transport, Endpoint target, Claimant claimant, long deadline)
            throws IOException {
        SealedConnect sealed = secret == null ? null : SealedConnect.to(secret, transport, target);
        Channel channel = sealed == null
                ? request(session, transport, target, claimant.onBehalfOf())
                : request(session, Transport.TCP, sealed.address(), claimant.onBehalfOf());
        try {
            claimant.opened(channel);
            return claimant.endedBy(() -> channel.close("no longer wanted"),
                    () -> confirmed(channel, session, claimant, sealed, deadline));
        } catch (IOException e) {
            channel.close("not opened");
            throw e;
        }
    }

    /**
     * Returns the channel when it is confirmed.
     *
     * @param sealed null for none
     */
    private Channel confirmed(Channel channel, Session session, Claimant claimant, SealedConnect sealed, long deadline)
            throws IOException {
        ConfirmationLimit limit = new ConfirmationLimit(channel, session, deadline);
        try {
            Watchdog.watch(limit);
            channel.awaitConfirmation();
            if (sealed != null) {
                SealedAnswer.await(channel, sealed, limit.end);
            }
            return channel;
        } catch (SealException e) {
            NOT_SEALED.warn("no sealed channel through " + session.peer() + ": " + e.getMessage());
            throw e;
        } catch (ChannelException e) {
            if (channel.isAnswered() && e.getMessage().contains(SealException.REFUSAL)) {
                NOT_SEALED.warn("a channel was refused: " + e.getMessage());
            }
            if (limit.over && !channel.isAnswered() || Thread.currentThread().isInterrupted()) {
                throw new SocketTimeoutException(e.getMessage());
            }
            if (channel.isAnswered() && DialError.isLocal(e.getMessage())) {
                throw sealed == null ? peerCantDial(session, claimant, e) : providerCantDial(e);
            }
            throw !channel.isAnswered() && claimant.withdraws() ? new SessionFailedException(e) : e;
        } finally {
            Watchdog.forget(limit);
        }
    }

    private IOException peerCantDial(Session session, Claimant claimant, ChannelException refusal) {
        if (sessions.avoid(session)) {
            CANT_DIAL.warn(session.peer() + " can't dial, its own log says why; others get connections first for "
                    + TimeText.of(SessionPool.AVOIDANCE));
        }
        // Without the prefix in front: if this is passed on, it is not whoever does so that can't dial.
        ChannelException failure = new ChannelException("the other side " + refusal.getMessage());
        return sessions.hasBetterThan(session) && claimant.withdraws() ? new SessionFailedException(failure) : failure;
    }

    /** The relay, which can't know, may give the next attempt to another provider. */
    private static IOException providerCantDial(ChannelException refusal) {
        return new SessionFailedException(new ChannelException("the other side " + refusal.getMessage()));
    }

    /** Closes a channel whose answer is not worth waiting for any more. */
    private final class ConfirmationLimit implements Runnable {
        private final Channel channel;
        private final Session session;
        private final long end;
        private long checkAt;
        private volatile boolean over;

        ConfirmationLimit(Channel channel, Session session, long deadline) {
            long now = System.nanoTime();
            this.channel = channel;
            this.session = session;
            this.end = now + Math.min(CONFIRMATION_LIMIT.toNanos(), deadline - now);
            this.checkAt = now + CHECK_INTERVAL.toNanos();
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            if (now - end >= 0) {
                over = true;
                channel.giveUp("connect timed out");
            } else if (now - checkAt >= 0) {
                checkAt = now + CHECK_INTERVAL.toNanos();
                session.probe();
                if (!session.isResponsive() && sessions.hasOtherThan(session)) {
                    channel.giveUp("not answered in time");
                }
            }
        }
    }
}
