package io.linksocks.relay;

import io.linksocks.session.Channel;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections that are being made for one client: only so many at once, and none that the client no longer wants. Few of
 * their threads at a time wait for a processor, so whoever opens channels faster than they are served delays others little.
 */
public final class ClientDials {
    /** Most dials under way. */
    static final int MAX = 2048;
    /** Most threads that have been started and do not run yet. */
    static final int MAX_STARTING = 16;

    private static final RateLimitedLogger TOO_MANY = new RateLimitedLogger(System.getLogger(ClientDials.class.getName()));

    private final AtomicInteger underWay = new AtomicInteger();
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Runnable> queued = new ArrayDeque<>(1);
    /** Threads that do not run yet; 0 with something queued while the timer is about to start more. */
    private int starting;

    /** How a connection is made. */
    @FunctionalInterface
    public interface Dial<T> {
        T run() throws IOException;
    }

    /**
     * Makes a connection for a channel in the calling thread, and gives it up when the channel ends meanwhile. One that ended in
     * good order after it had brought data is connected all the same, for its data is still to be delivered.
     *
     * @param giveUp called by the thread that ends the channel; must not block
     * @throws IOException why there is no connection
     */
    public <T> T run(Channel channel, Runnable giveUp, Dial<T> dial) throws IOException {
        begin(channel);
        try {
            channel.whenEnded(() -> {
                if (channel.isDrained()) {
                    giveUp.run();
                }
            });
            return dial.run();
        } finally {
            channel.whenEnded(null);
            underWay.decrementAndGet();
        }
    }

    /** Serves a channel on a virtual thread of its own; returns at once. */
    public void serve(String thread, Runnable serving) {
        Runnable start = () -> Threads.start(thread, () -> {
            onBegun();
            serving.run();
        });
        lock.lock();
        try {
            if (starting == MAX_STARTING || !queued.isEmpty()) {
                queued.add(start);
                return;
            }
            starting++;
        } finally {
            lock.unlock();
        }
        start.run();
    }

    /**
     * Leaves the next ones to the timer, when all have begun. A worker of ForkJoinPool looks for the tasks of others only when
     * its own queue is empty, where a virtual thread would start them, or the one that it took a task from last.
     */
    private void onBegun() {
        lock.lock();
        try {
            if (--starting > 0 || queued.isEmpty()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        Threads.later(Duration.ZERO, this::startNext);
    }

    private void startNext() {
        List<Runnable> next = new ArrayList<>(MAX_STARTING);
        lock.lock();
        try {
            while (next.size() < MAX_STARTING && !queued.isEmpty()) {
                next.add(queued.poll());
            }
            starting = next.size();
        } finally {
            lock.unlock();
        }
        next.forEach(Runnable::run);
    }

    private void begin(Channel channel) throws ConnectException {
        if (underWay.incrementAndGet() > MAX) {
            underWay.decrementAndGet();
            TOO_MANY.warn(channel.peer() + " has " + MAX + " connections under way that are not answered; more are refused");
            throw new ConnectException("too many connections under way");
        }
    }
}
