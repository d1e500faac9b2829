package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ThreadsTest {
    private final BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
    private final Error failure = new Error("test");
    private Thread.UncaughtExceptionHandler before;

    private void fail() {
        throw failure;
    }

    @BeforeEach
    void install() {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> reported.add(error));
    }

    @AfterEach
    void uninstall() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @Test
    void anUncaughtErrorOfAVirtualThreadGoesToTheDefaultHandler() throws InterruptedException {
        Threads.start("test", this::fail);
        assertSame(failure, reported.take());
    }

    @Test
    void anErrorOfATimerGoesToTheDefaultHandlerAndEndsNoOtherTimer() throws InterruptedException {
        Threads.later(Duration.ZERO, this::fail);
        assertSame(failure, reported.take());
        CountDownLatch next = new CountDownLatch(1);
        Threads.later(Duration.ZERO, next::countDown);
        next.await();
    }

    @Test
    void anErrorInAFutureGoesToTheDefaultHandler() {
        Threads.reportError(new CompletionException(new IOException(failure)));
        assertSame(failure, reported.poll());
        Threads.reportError(new CompletionException(new IOException("test")));
        Threads.reportError(null);
        assertNull(reported.poll());
    }

    @Test
    void aTimerThatWasCancelledDoesNothing() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        assertTrue(Threads.later(Duration.ofMillis(50), () -> ran.set(true)).cancel(false));
        CountDownLatch later = new CountDownLatch(1);
        Threads.later(Duration.ofMillis(100), later::countDown);
        later.await();
        assertFalse(ran.get());
    }
}
