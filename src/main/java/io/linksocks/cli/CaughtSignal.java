package io.linksocks.cli;

import static java.lang.System.Logger.Level.INFO;

import io.linksocks.util.Reason;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Turns a signal that would end the process, such as SIGHUP, into a request that a thread waits for.
 *
 * <p>No supported API handles signals. JEP 260 keeps {@code sun.misc.Signal} in {@code jdk.unsupported} until there
 * is one. It is looked up by name, because using it directly is a warning that can't be suppressed.
 */
final class CaughtSignal implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CaughtSignal.class.getName());

    private final Semaphore requests = new Semaphore(0);
    private final String name;
    private Object before;
    private String obstacle;

    private CaughtSignal(String name) {
        this.name = name;
    }

    /**
     * Makes the signal a request from now on, except on Windows, which has none, and with {@code -Xrs}.
     *
     * @param name without SIG
     */
    static CaughtSignal expect(String name) {
        CaughtSignal signal = new CaughtSignal(name);
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            signal.before = signal.handle(Proxy.newProxyInstance(CaughtSignal.class.getClassLoader(), new Class<?>[] {handler},
                    (proxy, method, arguments) -> signal.request()));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            signal.obstacle = Reason.of(e.getCause() == null ? e : e.getCause());
        }
        return signal;
    }

    /** Returns the result of a method without one. */
    private Void request() {
        requests.release();
        return null;
    }

    /** Logs why the signal is not handled, if it is not. */
    void report(String consequence) {
        if (obstacle != null) {
            LOG.log(INFO, () -> consequence + ": " + obstacle);
        }
    }

    /** Returns the handler before. */
    private Object handle(Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Object caught = signal.getConstructor(String.class).newInstance(name);
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler")).invoke(null, caught, handler);
    }

    /** Waits for a request and returns whether one came in time; several signals may become one request. */
    boolean await(Duration limit) throws InterruptedException {
        boolean asked = requests.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
        requests.drainPermits();
        return asked;
    }

    /** Restores the handler before. */
    @Override
    public void close() {
        if (before == null) {
            return;
        }
        try {
            handle(before);
        } catch (ReflectiveOperationException e) {
            LOG.log(INFO, "can't restore the handler of SIG" + name, e);
        }
    }
}
