package io.linksocks.cli;

import io.linksocks.client.ClientStatus;
import io.linksocks.util.Threads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Keeps one line below the log up to date, and erases it at the end. */
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

    /**
     * The line of a client, if a text log goes to a terminal.
     *
     * @param client null for no line
     */
    static StatusLine of(Supplier<ClientStatus> client, Terminal terminal) {
        LogHandler log = LogHandler.current();
        boolean shown = client != null && log.isForPeople() && terminal.showsStatus();
        return new StatusLine(log, shown ? new ClientStatusText(client, System::nanoTime) : null);
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
