package io.linksocks.session;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Slice;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/** A session whose links fall silent, in a time of its own: what is sent, how it travels, and a second dial at an alarm. */
final class SimulatedPath {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1000 * MILLI;
    private static final long ACK_DELAY = 25 * MILLI;
    /** TCP and TLS handshakes, the upgrade, the login, Begin. */
    private static final int DIAL_ROUND_TRIPS = 6;

    private record Event(long at, long order, Runnable job) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) ->
            a.at() == b.at() ? Long.compare(a.order(), b.order()) : Long.signum(a.at() - b.at()));
    private final Random random;
    private final PathWatch watch;
    private final ArrayDeque<Long> unacknowledged = new ArrayDeque<>();
    private final ArrayDeque<Runnable> unheard = new ArrayDeque<>();
    /** Of a message. */
    private final int size;
    private final long oneWay;
    private final long jitter;
    private final double loss;
    /** So that it overflows in the middle of the test. */
    private long now = Long.MAX_VALUE - 20 * SECOND;
    private long order;
    private long acknowledged;
    private long received;
    private long rtt;
    private OneLink link;

    // What a test sets and looks at.
    int channels = 1;
    boolean unreachable;
    /** Whether nothing gets through on the next links. */
    boolean swallowing;
    final Set<InetAddress> addresses = new HashSet<>(Set.of(InetAddress.getLoopbackAddress()));
    int alarms;
    int switches;
    int pings;
    /** The longest time from sending or the server's sending to what the other side got. */
    long longest;

    SimulatedPath(Random random, int size, long oneWay, long jitter, double loss) {
        this.random = random;
        this.size = size;
        this.oneWay = oneWay;
        this.jitter = jitter;
        this.loss = loss;
        this.watch = new PathWatch(new PathWatch.Traffic(this::sent, () -> received, () -> channels), () -> now,
                (delay, job) -> in(delay.toNanos(), job), () -> Set.copyOf(addresses), this::onSilent);
        attach();
    }

    private ReliableSender.Sent sent() {
        return new ReliableSender.Sent((long) unacknowledged.size() * size,
                unacknowledged.isEmpty() ? 0 : unacknowledged.element(), acknowledged, acknowledged * size, rtt);
    }

    // --- time ---------------------------------------------------------------------------------------------------------

    void in(long nanos, Runnable job) {
        events.add(new Event(now + nanos, order++, job));
    }

    void run(long nanos) {
        long end = now + nanos;
        while (!events.isEmpty() && events.element().at() - end <= 0) {
            Event next = events.remove();
            now = now - next.at() > 0 ? now : next.at();
            next.job().run();
        }
        now = end;
    }

    /** Lets time pass in which nothing of this process runs. */
    void suspend(long nanos) {
        now += nanos;
    }

    boolean isAsleep() {
        return events.isEmpty();
    }

    // --- traffic ------------------------------------------------------------------------------------------------------

    void say() {
        if (unacknowledged.isEmpty()) {
            watch.awake();
        }
        unacknowledged.add(now);
        transmit(now);
    }

    private void transmit(long saidAt) {
        OneLink on = link;
        long at = now;
        on.travel(() -> {
            note(saidAt);
            in(ACK_DELAY, () -> on.travel(() -> {
                unacknowledged.remove();
                acknowledged++;
                long sample = now - at - ACK_DELAY;
                rtt = rtt == 0 ? sample : rtt + (sample - rtt) / 8;
            }));
        });
    }

    /** The server sends something. */
    void hear() {
        long saidAt = now;
        Runnable arrival = () -> {
            note(saidAt);
            unheard.remove();
            received++;
            watch.awake();
        };
        unheard.add(arrival);
        link.travel(arrival);
    }

    private void note(long saidAt) {
        longest = Math.max(longest, now - saidAt);
    }

    // --- links --------------------------------------------------------------------------------------------------------

    /** Nothing more gets through on the present link. */
    void swallow() {
        link.dead = true;
    }

    /** Nothing gets through for a while, then all of it. */
    void stall(long nanos) {
        link.freeAt = now + nanos;
    }

    private void attach() {
        link = new OneLink();
        link.dead = swallowing;
        watch.attach(link);
        link.ping();
    }

    private void onSilent(SilentPath path) {
        alarms++;
        dial(path);
    }

    private void dial(SilentPath path) {
        in(2 * DIAL_ROUND_TRIPS * delay(), () -> {
            if (!path.lasts()) {
                return;
            }
            if (unreachable) {
                dial(path);
                return;
            }
            switches++;
            link.dead = true;
            attach();
            unheard.forEach(link::travel);
            long lost = unacknowledged.size();
            for (long i = 0; i < lost; i++) {
                long saidAt = unacknowledged.remove();
                unacknowledged.add(now);
                transmit(saidAt);
            }
        });
    }

    private long delay() {
        long delay = oneWay + (long) (jitter * random.nextDouble());
        for (long timeout = 4 * oneWay; random.nextDouble() < loss; timeout *= 2) {
            delay += timeout;
        }
        return delay;
    }

    private final class OneLink implements Link {
        boolean dead;
        /** What is sent arrives in order, and not before. */
        long freeAt = now;
        private long heard = now;
        private long measured;

        void travel(Runnable arrival) {
            long at = now + delay();
            freeAt = at - freeAt > 0 ? at : freeAt;
            in(freeAt - now, () -> {
                if (!dead) {
                    heard = now;
                    arrival.run();
                }
            });
        }

        @Override
        public void ping() {
            pings++;
            long at = now;
            travel(() -> travel(() -> measured = now - at));
        }

        @Override
        public long lastHeard() {
            return heard;
        }

        @Override
        public long roundTrip() {
            return measured;
        }

        @Override
        public void send(Slice message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Slice receive() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close(int code, String reason) {
            dead = true;
        }

        @Override
        public void abort() {
            dead = true;
        }

        @Override
        public String peer() {
            return "simulated";
        }
    }
}
