package io.linksocks.cli;

import io.linksocks.util.Threads;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Lines on their way to a stream that may stop taking them, such as a terminal after Ctrl+S or the pipe of a stuck log
 * collector. One thread writes; whoever has a line never waits. Lines above a limit are dropped and counted.
 */
final class LogQueue {
    /** In characters; some ten thousand lines. As much again may be in the writer's hands. */
    static final int LIMIT = 1 << 20;

    /** From the cursor to the end of the screen (ECMA-48, section 8.3.39). */
    private static final String ERASE_BELOW = "\r\u001b[J";

    private final PrintStream stream;
    private final LongFunction<String> notice;
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition written = lock.newCondition();
    private List<String> lines = new ArrayList<>();
    private int length;
    private long dropped;
    private String status = "";
    /** The status line that is on the screen, or is being written. */
    private String shown = "";
    private boolean writing;
    private boolean ended;

    /** @param notice the line that tells how many were dropped */
    LogQueue(PrintStream stream, LongFunction<String> notice) {
        this.stream = stream;
        this.notice = notice;
        Threads.shared().name("log writer").start(this::run);
    }

    PrintStream stream() {
        return stream;
    }

    /** Takes a line to be written, unless too many wait already. */
    void add(String line) {
        lock.lock();
        try {
            if (length > 0 && length + line.length() > LIMIT || ended) {
                dropped++;
                return;
            }
            lines.add(line);
            length += line.length();
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Shows a line below the others, in place of the last one; an empty one is none. */
    void showStatus(String text) {
        lock.lock();
        try {
            status = text;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything is written, for no longer than this; returns whether it is. */
    boolean flush(Duration limit) {
        boolean interrupted = false;
        lock.lock();
        try {
            long left = limit.toNanos();
            long deadline = System.nanoTime() + left;
            while (!isIdle() && left > 0) {
                try {
                    written.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                left = deadline - System.nanoTime();
            }
            return isIdle();
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes no more lines; the writer ends behind the last one. */
    void end() {
        lock.lock();
        try {
            ended = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle() {
        return !writing && !hasWork();
    }

    private boolean hasWork() {
        return !lines.isEmpty() || !status.equals(shown);
    }

    private void run() {
        for (Portion next = take(); next != null; next = take()) {
            next.write(stream);
        }
    }

    /** What waits now. The lines that were dropped came behind it; null at the end. */
    private Portion take() {
        lock.lock();
        try {
            writing = false;
            while (!hasWork()) {
                written.signalAll();
                if (ended) {
                    return null;
                }
                arrived.awaitUninterruptibly();
            }
            if (dropped > 0) {
                lines.add(notice.apply(dropped));
            }
            Portion portion = new Portion(!shown.isEmpty(), lines, status);
            lines = new ArrayList<>();
            length = 0;
            dropped = 0;
            shown = status;
            writing = true;
            return portion;
        } finally {
            lock.unlock();
        }
    }

    private record Portion(boolean erases, List<String> lines, String status) {
        void write(PrintStream stream) {
            String before = erases ? ERASE_BELOW : "";
            for (String line : lines) {
                stream.print(before + line);
                before = "";
            }
            stream.print(before + status);
        }
    }
}
