package io.linksocks.relay;

import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Name look-ups on platform threads: the system's resolver blocks in native code, which would hold on to one of the few
 * carrier threads that all virtual threads share.
 */
public final class Resolver {
    private static final int THREADS = 32;
    private static final Duration THREAD_IDLE = Duration.ofSeconds(10);
    private static final ExecutorService POOL = pool();

    private Resolver() {}

    private static ExecutorService pool() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(THREADS, THREADS, THREAD_IDLE.toSeconds(), TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), Threads.shared().name("resolver-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** All addresses of a host in the system's order of preference. */
    public static InetAddress[] resolve(Endpoint target, Duration timeout) throws UnknownHostException {
        if (target.isLiteral()) {
            return InetAddress.getAllByName(target.host());
        }
        Future<InetAddress[]> lookup = POOL.submit(() -> InetAddress.getAllByName(target.host()));
        try {
            return lookup.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            lookup.cancel(true);
            throw new UnknownHostException("no answer to the look-up of " + target.host());
        } catch (ExecutionException e) {
            throw new UnknownHostException("unknown host " + target.host());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("interrupted");
        }
    }
}
