package io.linksocks.cli;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.util.Reason;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGHUP, which would end the process, into a request that a thread waits for.
 *
 * <p>No supported API handles signals. {@code sun.misc.Signal} is what JEP 260 keeps in {@code jdk.unsupported} until there
 * is one; it is looked up by name, because a compiler that takes warnings for errors doesn't let it be named.
 */
final class HangUpSignal implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HangUpSignal.class.getName());

    private final Semaphore requests = new Semaphore(0);
    private Object before;
    private String obstacle;

    private HangUpSignal() {}

    /** From now on the signal is a request; not where there is none (Windows), or where Java may not have it (-Xrs). */
    static HangUpSignal expect() {
        HangUpSignal signal = new HangUpSignal();
        try {
            MethodHandle release = MethodHandles.lookup()
                    .findVirtual(Semaphore.class, "release", MethodType.methodType(void.class)).bindTo(signal.requests);
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            signal.before = handle(MethodHandleProxies.asInterfaceInstance(handler,
                    MethodHandles.dropArguments(release, 0, Class.forName("sun.misc.Signal"))));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            signal.obstacle = Reason.of(e.getCause() == null ? e : e.getCause());
        }
        return signal;
    }

    /** Tells the log if the signal does what it did before. */
    void report() {
        if (obstacle != null) {
            LOG.log(INFO, () -> "no re-reading on SIGHUP here, only on a change: " + obstacle);
        }
    }

    /** Returns the handler before. */
    private static Object handle(Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Object hangUp = signal.getConstructor(String.class).newInstance("HUP");
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler")).invoke(null, hangUp, handler);
    }

    /** Waits for a request, which several signals may have become, and returns whether one came in time. */
    boolean await(Duration limit) throws InterruptedException {
        boolean asked = requests.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
        requests.drainPermits();
        return asked;
    }

    /** The signal does what it did before. */
    @Override
    public void close() {
        if (before == null) {
            return;
        }
        try {
            handle(before);
        } catch (ReflectiveOperationException e) {
            LOG.log(INFO, "SIGHUP is still listened to", e);
        }
    }
}
