package io.linksocks.cli;

import io.linksocks.util.Threads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Keeps one line below the log up to date, and takes it away at the end. */
final class StatusLine implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final LogHandler log;
    private final Supplier<String> text;
    private final Thread thread;

    /** @param text asked for every second; in ASCII, without a newline; null for no line */
    StatusLine(LogHandler log, Supplier<String> text) {
        this.log = log;
        this.text = text;
        this.thread = text == null ? null : Threads.start("status line", this::run);
    }

    /** The line of a service, if it has one and a text log goes to a terminal. */
    static StatusLine of(Service service, Terminal terminal) {
        LogHandler log = LogHandler.current();
        return new StatusLine(log, log.isForPeople() && terminal.showsStatus() ? service.statusLine() : null);
    }

    private void run() {
        try {
            do {
                log.showStatus(text.get());
            } while (!closed.await(1, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Threads.join(thread);
        log.showStatus("");
    }
}
