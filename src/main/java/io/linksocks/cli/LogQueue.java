package io.linksocks.cli;

import io.linksocks.util.Threads;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Lines on their way to a stream that may block, such as a terminal after Ctrl+S or the pipe of a stuck log collector. One
 * thread writes; adding a line never blocks. Lines above a limit are dropped and counted.
 */
final class LogQueue {
    /** In characters; some ten thousand lines. */
    static final int LIMIT = 1 << 20;

    /** From the cursor to the end of the screen (ECMA-48, section 8.3.39). */
    private static final String ERASE_BELOW = "\r\u001b[J";

    private final PrintStream stream;
    private final LongFunction<String> notice;
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
            Threads.shared().name("log writer").factory(), new ThreadPoolExecutor.DiscardPolicy());
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private volatile Supplier<String> statusText = () -> "";
    /** Whether a refresh waits for the writer. */
    private final AtomicBoolean refreshing = new AtomicBoolean();
    /** On the screen; only for the writer. */
    private String status = "";

    /** @param notice the line that tells how many were dropped */
    LogQueue(PrintStream stream, LongFunction<String> notice) {
        this.stream = stream;
        this.notice = notice;
    }

    PrintStream stream() {
        return stream;
    }

    /**
     * Takes a line to be written, unless too many wait already.
     *
     * @param isNews whether the status may have changed with it, so that the old one would contradict the line
     */
    void add(String line, boolean isNews) {
        int length = waiting.addAndGet(line.length());
        if (length <= LIMIT || length == line.length()) {
            writer.execute(() -> {
                waiting.addAndGet(-line.length());
                write(line, isNews);
            });
            return;
        }
        waiting.addAndGet(-line.length());
        if (dropped.getAndIncrement() == 0) {
            writer.execute(() -> write(notice.apply(dropped.getAndSet(0)), false));
        }
    }

    private void write(String line, boolean isNews) {
        String erasure = erasure();
        if (isNews) {
            status = statusText.get();
        }
        stream.print(erasure + line + status);
    }

    private String erasure() {
        return status.isEmpty() ? "" : ERASE_BELOW;
    }

    /** Shows a line below the others, in place of the last one; an empty one is none. The writer asks for it. */
    void showStatus(Supplier<String> text) {
        statusText = text;
        refreshStatus();
    }

    /** Asks for the status again, and shows it if it is another. */
    void refreshStatus() {
        if (!refreshing.getAndSet(true)) {
            writer.execute(this::writeStatus);
        }
    }

    private void writeStatus() {
        refreshing.set(false);
        String next = statusText.get();
        if (!next.equals(status)) {
            stream.print(erasure() + next);
            status = next;
        }
    }

    /** Waits until everything is written, for no longer than this; returns whether it is. */
    boolean flush(Duration limit) {
        CountDownLatch written = new CountDownLatch(1);
        writer.execute(written::countDown);
        // An interrupted thread flushes as well: a process that was told to end.
        boolean interrupted = Thread.interrupted();
        try {
            return writer.isShutdown()
                    ? writer.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS)
                    : written.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes no more lines; the writer ends after the last one. */
    void end() {
        writer.shutdown();
    }
}
