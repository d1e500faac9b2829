package io.linksocks.util;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Attempts that start one after the other and run in parallel; the first success wins, and the others are ended (RFC 8305,
 * section 5).
 *
 * @param <C> what is tried
 * @param <T> what a successful attempt results in
 */
public final class Race<C, T> {
    /** RFC 8305, section 5: Connection Attempt Delay. */
    private static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

    /** Runs in a virtual thread of its own for each candidate. */
    @FunctionalInterface
    public interface Attempt<C, T> {
        T run(C candidate) throws IOException;

        /** Ends an attempt that has lost, or has ended already; an interrupt, unless it is overridden. */
        default void end(Thread attempt) {
            attempt.interrupt();
        }
    }

    /** How an attempt ended; compared by identity. */
    private record Outcome<T>(T result, IOException error) {}

    private final List<C> candidates;
    private final Attempt<C, T> attempt;
    private final Consumer<T> discard;
    private final LinkedBlockingQueue<Outcome<T>> outcomes = new LinkedBlockingQueue<>();
    private final List<Thread> attempts = new ArrayList<>();
    private final Outcome<T> over = new Outcome<>(null, null);
    /** The first success; {@link #over} once no other is wanted. */
    private final AtomicReference<Outcome<T>> winner = new AtomicReference<>();

    private Race(List<C> candidates, Attempt<C, T> attempt, Consumer<T> discard) {
        this.candidates = candidates;
        this.attempt = attempt;
        this.discard = discard;
    }

    /**
     * Returns the first result; blocks.
     *
     * @param candidates at least one, in order of preference
     * @param discard takes the results that come too late
     * @throws IOException why the last attempt failed, or that the thread was interrupted
     */
    public static <C, T> T first(List<C> candidates, Attempt<C, T> attempt, Consumer<T> discard) throws IOException {
        return candidates.size() == 1
                ? attempt.run(candidates.get(0))
                : new Race<>(candidates, attempt, discard).run();
    }

    /** RFC 8305, section 4: the families take turns, beginning with the family that the resolver prefers. */
    public static List<InetAddress> interleave(List<InetAddress> addresses) {
        List<InetAddress> first = new ArrayList<>();
        List<InetAddress> second = new ArrayList<>();
        for (InetAddress address : addresses) {
            (address.getClass() == addresses.get(0).getClass() ? first : second).add(address);
        }
        List<InetAddress> result = new ArrayList<>(addresses.size());
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                result.add(first.get(i));
            }
            if (i < second.size()) {
                result.add(second.get(i));
            }
        }
        return result;
    }

    private T run() throws IOException {
        boolean won = false;
        try {
            T result = awaitFirst();
            won = true;
            return result;
        } finally {
            end(won);
        }
    }

    private T awaitFirst() throws IOException {
        IOException lastError = new SocketTimeoutException("no answer");
        int ended = 0;
        while (ended < candidates.size()) {
            if (attempts.size() < candidates.size()) {
                attempts.add(start(candidates.get(attempts.size())));
            }
            Outcome<T> outcome = await(attempts.size() < candidates.size());
            if (outcome != null && outcome == winner.get()) {
                return outcome.result;
            }
            if (outcome != null) {
                ended++;
                lastError = outcome.error != null ? outcome.error : lastError;
            }
        }
        throw lastError;
    }

    private Thread start(C candidate) {
        return Threads.start("dial " + candidate, () -> outcomes.add(outcome(candidate)));
    }

    /** Returns normally for every attempt, since the race waits for its outcome. */
    private Outcome<T> outcome(C candidate) {
        try {
            Outcome<T> success = new Outcome<>(attempt.run(candidate), null);
            if (!winner.compareAndSet(null, success)) {
                discard.accept(success.result);
            }
            return success;
        } catch (IOException e) {
            return new Outcome<>(null, e);
        } catch (RuntimeException e) {
            Threads.reportError(e);
            return new Outcome<>(null, new IOException("attempt failed: " + Reason.of(e), e));
        }
    }

    private Outcome<T> await(boolean moreToStart) throws InterruptedIOException {
        try {
            return moreToStart ? outcomes.poll(ATTEMPT_DELAY.toMillis(), TimeUnit.MILLISECONDS) : outcomes.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private void end(boolean won) {
        Outcome<T> first = winner.getAndSet(over);
        if (!won && first != null) {
            discard.accept(first.result);
        }
        attempts.forEach(attempt::end);
    }
}
