package io.linksocks.simulation;

import io.linksocks.protocol.Features;
import io.linksocks.session.MemoryBudget;
import io.linksocks.session.SessionLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Everything about a run that its seed decides. */
final class Plan {
    /** What a link does when the given number of messages has been sent on it. */
    enum Fault { CUT, CUT_INSIDE, CLIENT_GONE, SERVER_GONE, SERVER_HALF_OPEN, CLIENT_HALF_OPEN, FREEZE, DELAY, NONE }

    /**
     * @param after messages, Begin and Begun among them
     * @param delivered whether the message that sets off the fault still gets on its way
     * @param capacity of the link, in messages
     */
    record LinkFault(Fault fault, int after, boolean delivered, int capacity) {}

    /**
     * An attempt that the client has given up and that reaches the server late.
     *
     * @param after so many messages of the later link
     * @param silent whether the server then believes in it, instead of seeing that the client is gone
     */
    record LateAttempt(int after, boolean silent) {}

    /** @param broken whether the channel is cut off in the middle instead of being closed */
    record Traffic(int up, int down, int largest, boolean broken, boolean pooled) {}

    final MemoryBudget memory = new MemoryBudget(1 << 30);
    final Random random;
    final Features features;
    final SessionLimits client;
    final SessionLimits server;
    final List<Traffic> channels = new ArrayList<>();
    /** The links that have a fault, one after the other; all later ones work. */
    final List<LinkFault> faults = new ArrayList<>();
    final int servers;
    /** When the channels with these numbers are open, the server that has them drains; the later ones wait for that. */
    final Set<Integer> drains = new HashSet<>();

    Plan(long seed) {
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        features = new Features(true, !oneIn(8), true, !oneIn(4), true);
        boolean tight = oneIn(6);
        client = limits(tight);
        server = limits(tight);
        int count = 1 + random.nextInt(oneIn(4) ? 20 : 6);
        for (int i = 0; i < count; i++) {
            channels.add(traffic(tight));
        }
        for (int i = random.nextInt(oneIn(5) ? 40 : 8); i > 0; i--) {
            faults.add(fault());
        }
        servers = 1 + random.nextInt(3);
        for (int i = random.nextInt(servers); i > 0; i--) {
            drains.add(random.nextInt(count));
        }
    }

    private boolean oneIn(int cases) {
        return random.nextInt(cases) == 0;
    }

    private int oneOf(int... values) {
        return values[random.nextInt(values.length)];
    }

    private SessionLimits limits(boolean tight) {
        int window = oneOf(1, 50, 1000, 20_000, 256 << 10);
        long replay = tight ? oneOf(1, 500, 2000) : oneOf(8000, 100_000, 16 << 20);
        return new SessionLimits(1000, oneOf(500, 4 << 20), 1000, Duration.ofMinutes(1), Duration.ofMinutes(1),
                Duration.ofHours(1), Duration.ofHours(1), window, window * oneOf(1, 4, 64), oneOf(0, 5000, 64 << 20), replay,
                memory);
    }

    /** With a tiny replay buffer every few messages cost the wait for an acknowledgement, so there are fewer then. */
    private Traffic traffic(boolean tight) {
        int most = tight ? 2000 : oneIn(30) ? 300_000 : 6000;
        int largest = oneIn(10) ? 60_000 : oneOf(1 + most / 8, 1500);
        return new Traffic(random.nextInt(most), random.nextInt(most), largest, oneIn(12), random.nextBoolean());
    }

    private LinkFault fault() {
        Fault[] all = Fault.values();
        int after = oneIn(3) ? 1 + random.nextInt(3) : 1 + random.nextInt(60);
        return new LinkFault(all[random.nextInt(all.length)], after, random.nextBoolean(), oneOf(1, 3, 50));
    }

    /** Null when there is none at this moment. */
    LateAttempt lateAttempt() {
        return oneIn(4) ? new LateAttempt(random.nextInt(20), random.nextBoolean()) : null;
    }
}
