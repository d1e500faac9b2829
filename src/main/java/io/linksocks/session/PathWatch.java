package io.linksocks.session;

import io.linksocks.protocol.Link;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Notices soon that the path of a link is lost: a message is not acknowledged, or a ping not answered, and nothing else is
 * heard. Pings after traffic, at growing intervals, and leaves an idle link to the {@link Heartbeat}. Looks on the shared
 * timer when something is due, so traffic costs it nothing but a test of a flag.
 */
final class PathWatch {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long SHORTEST_LIMIT = 2 * SECOND;
    private static final long LONGEST_LIMIT = 20 * SECOND;
    private static final int ROUND_TRIPS = 4;
    /** The silence before the first ping, and before the local addresses are compared; a round trip if that is longer. */
    private static final long PAUSE = SECOND / 2;
    /** With open channels, the longest silence before a ping. */
    private static final long LONGEST_PAUSE = 8 * SECOND;
    /** A silence that the heartbeat should have ended. */
    private static final long IDLE = 10 * SECOND;
    /** A timer that is so late was held up with the rest of the process, so what the peer has sent may be unread. */
    private static final long LATE = SECOND;
    /** Bytes per second of a slow path, whose send buffer takes its time. */
    private static final long SLOW = 128 << 10;
    /** For how long the answer to a false alarm is remembered. */
    private static final long MEMORY = 300 * SECOND;
    /** The limit doubles at most so often for links without any answer. */
    private static final int MAX_DOUBLINGS = 3;

    /**
     * What a session does.
     *
     * @param received numbered messages
     * @param channels that are open
     */
    record Traffic(Supplier<ReliableSender.Sent> sent, LongSupplier received, IntSupplier channels) {
        private long messages() {
            return sent.get().messages() + received.getAsLong();
        }
    }

    private final Traffic traffic;
    private final LongSupplier clock;
    private final BiConsumer<Duration, Runnable> timer;
    private final Supplier<Set<InetAddress>> addresses;
    private final Consumer<SilentPath> onSilent;
    /** Whether the next look comes soon enough for what is sent now. */
    private final AtomicBoolean awake = new AtomicBoolean();
    /** The number of the next look, which replaces one that was to come later. */
    private final AtomicLong turns = new AtomicLong();
    private volatile Watched watched;

    // Used by one look after another, as what follows.
    private int fruitless;
    /** The answer to a false alarm took this long. */
    private long slowest;
    private long slowestAt;
    private long rate = SLOW;

    /**
     * @param clock in nanoseconds, on the same scale as {@link Link#lastHeard}
     * @param timer runs a job after a delay
     * @param addresses of this machine now
     * @param onSilent must not block
     */
    PathWatch(Traffic traffic, LongSupplier clock, BiConsumer<Duration, Runnable> timer,
            Supplier<Set<InetAddress>> addresses, Consumer<SilentPath> onSilent) {
        this.traffic = traffic;
        this.clock = clock;
        this.timer = timer;
        this.addresses = addresses;
        this.onSilent = onSilent;
    }

    /** Watches a new link instead of the one before. */
    void attach(Link link) {
        watched = new Watched(link, clock.getAsLong());
        awake();
    }

    void detach() {
        watched = null;
    }

    /** Called when something is sent or received after a pause, so that it is looked at soon. */
    void awake() {
        if (!awake.get() && awake.compareAndSet(false, true)) {
            lookIn(PAUSE);
        }
    }

    private void lookIn(long nanos) {
        long due = clock.getAsLong() + nanos;
        long turn = turns.incrementAndGet();
        timer.accept(Duration.ofNanos(nanos), () -> {
            if (turns.get() == turn) {
                look(due);
            }
        });
    }

    private void look(long due) {
        Watched now = watched;
        long wait = now == null ? 0 : now.look(due);
        if (wait > 0) {
            lookIn(wait);
        }
        if (wait > 0 && wait <= SHORTEST_LIMIT / 2) {
            return;
        }
        awake.set(false);
        // Whoever sent something meanwhile, or attached a link, found the watch awake.
        Watched last = watched;
        if (last != null && (last != now || last.messages != traffic.messages() || traffic.sent().get().bytes() > 0)) {
            awake();
        }
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /** The state of one link. */
    private final class Watched {
        private final Link link;
        private Set<InetAddress> local = addresses.get();
        private final long attachedAt;
        private final long atFirst = traffic.messages();
        /** Whether the link has been of use: it was heard while something was to be answered. */
        private boolean fruitful;
        private long messages = atFirst;
        private long lookedAt;
        private long delivered = traffic.sent().get().delivered();
        /** Silence before it does not count. */
        private long from;
        private boolean pinged;
        private long pingedAt;
        private long pause = PAUSE;
        /** When the addresses of this machine were found to be the same. */
        private long comparedAt;
        private SilentPath silent;

        Watched(Link link, long now) {
            this.link = link;
            this.attachedAt = now;
            this.from = now;
            this.lookedAt = now;
            this.comparedAt = now;
        }

        /** Returns in how many nanoseconds to look again; 0 when all is quiet. */
        long look(long due) {
            long now = clock.getAsLong();
            if (now - due > LATE) {
                from = now;
            }
            long heard = later(link.lastHeard(), from);
            ReliableSender.Sent sent = traffic.sent().get();
            learnRate(sent, now);
            pinged &= heard - pingedAt < 0;
            if (silent != null) {
                return awaitAnswer(heard, now);
            }
            if (traffic.messages() != atFirst || sent.bytes() == 0 && link.lastHeard() - attachedAt > 0) {
                fruitful = true;
                fruitless = 0;
            }
            return sent.bytes() > 0 || pinged ? question(sent, heard, now) : rest(sent, heard, now);
        }

        /** After an alarm: an answer shows that the path is only slow. */
        private long awaitAnswer(long heard, long now) {
            if (silent.hasAnswered()) {
                slowest = Math.max(now - slowestAt < MEMORY ? slowest : 0, heard - silent.since());
                slowestAt = now;
                silent = null;
                local = addresses.get();
            }
            return PAUSE;
        }

        /** Something is to be answered. */
        private long question(ReliableSender.Sent sent, long heard, long now) {
            long limit = limit(sent, now);
            long roundTrip = Math.max(PAUSE, sent.rtt());
            long asked = sent.bytes() == 0 || pinged && pingedAt - sent.since() < 0 ? pingedAt : sent.since();
            long end = sent.bytes() == 0 ? Long.MAX_VALUE : later(sent.since(), heard) + limit - now;
            if (pinged) {
                end = Math.min(end, later(pingedAt - roundTrip, heard) + limit - now);
            }
            if (end <= 0 || hasMoved(later(asked, heard) + roundTrip, now)) {
                return alarm(later(asked, heard), now);
            }
            return Math.min(end, roundTrip);
        }

        /** Whether this machine has lost an address that it had when the link began. */
        private boolean hasMoved(long suspiciousFrom, long now) {
            if (now - suspiciousFrom < 0 || now - comparedAt < PAUSE) {
                return false;
            }
            comparedAt = now;
            Set<InetAddress> present = addresses.get();
            return !present.isEmpty() && !present.containsAll(local);
        }

        private long alarm(long since, long now) {
            if (!fruitful) {
                fruitless = Math.min(fruitless + 1, MAX_DOUBLINGS);
            }
            silent = new SilentPath(link, since, now, () -> watched == this, clock);
            onSilent.accept(silent);
            return PAUSE;
        }

        /** Everything is answered. */
        private long rest(ReliableSender.Sent sent, long heard, long now) {
            long before = messages;
            messages = traffic.messages();
            if (messages != before) {
                pause = Math.max(PAUSE, sent.rtt());
            }
            boolean open = traffic.channels().getAsInt() > 0;
            long left = heard + (open ? Math.min(pause, LONGEST_PAUSE) : IDLE) - now;
            if (left > 0) {
                return open && pause <= LONGEST_PAUSE ? left : 0;
            }
            pause *= 2;
            pinged = true;
            pingedAt = now;
            link.ping();
            return Math.max(PAUSE, sent.rtt());
        }

        private long limit(ReliableSender.Sent sent, long now) {
            long usual = Math.max(SHORTEST_LIMIT, ROUND_TRIPS * sent.rtt());
            if (now - slowestAt < MEMORY) {
                usual = Math.max(usual, 2 * slowest);
            }
            return Math.min(LONGEST_LIMIT, (usual + sent.bytes() * SECOND / rate) << fruitless);
        }

        /** How fast the path has been, less and less by how fast it was long ago. */
        private void learnRate(ReliableSender.Sent sent, long now) {
            double seconds = Math.max(1, now - lookedAt) / (double) SECOND;
            long measured = (long) ((sent.delivered() - delivered) / seconds);
            rate = Math.max(SLOW, Math.max(measured, rate - rate / 4));
            delivered = sent.delivered();
            lookedAt = now;
        }
    }
}
