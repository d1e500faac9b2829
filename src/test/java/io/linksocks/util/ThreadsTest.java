package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

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

@Timeout(240)
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
        Thread.setDefaultUncaughtExceptionHandler(this::report);
    }

    /** Not what a thread of another test reports. */
    private void report(Thread thread, Throwable error) {
        if (error == failure) {
            reported.add(error);
        }
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
        AtomicBoolean ran;
        do { // A slow machine may come too late.
            ran = new AtomicBoolean();
        } while (!cancelInTime(ran));
        CountDownLatch later = new CountDownLatch(1);
        Threads.later(Duration.ofMillis(100), later::countDown);
        later.await();
        assertFalse(ran.get());
    }

    private static boolean cancelInTime(AtomicBoolean ran) {
        return Threads.later(Duration.ofMillis(50), () -> ran.set(true)).cancel(false);
    }
}
