package io.linksocks.util;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Name look-ups on platform threads: the system's resolver blocks in native code, which would pin one of the few carrier threads
 * of all virtual threads, and can't be cancelled.
 *
 * <p>A look-up of a client starts while the client has fewer threads than are free (dynamic thresholds of Choudhury and Hahne,
 * IEEE/ACM Transactions on Networking 6(2), 1998). One client alone can occupy half of the threads, and however many occupy as
 * many as they can, the next one finds some free.
 */
public final class Resolver {
    /** Most look-ups of one client, running or queued. */
    private static final int MAX_PENDING = 4096;
    private static final Duration THREAD_IDLE = Duration.ofSeconds(10);
    /** getaddrinfo needs tens of KiB, and the JVM's guard pages some more. */
    private static final int STACK = 256 << 10;

    /** The look-ups of this process. */
    public static final Resolver SYSTEM = new Resolver(InetAddress::getAllByName, 512);

    /** The resolver that is asked; blocks. */
    interface Source {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    private final Source source;
    private final int threads;
    private final Executor pool;

    /** Guards all below, and the state of clients and look-ups. */
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Client> waiting = new ArrayDeque<>();
    private int running;

    /** @param threads most look-ups at once */
    Resolver(Source source, int threads) {
        this.source = source;
        this.threads = threads;
        // Unbounded, as the number of running look-ups is.
        this.pool = new ThreadPoolExecutor(0, Integer.MAX_VALUE, THREAD_IDLE.toSeconds(), TimeUnit.SECONDS,
                new SynchronousQueue<>(), Threads.shared().stackSize(STACK).name("resolver-", 0).factory());
    }

    /** Returns a share in the threads for one client, whose look-ups wait only for each other. */
    public Client client() {
        return new Client();
    }

    private static final class Lookup {
        private final String host;
        private final CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();
        private int askers;

        Lookup(String host) {
            this.host = host;
        }
    }

    /** The look-ups of one client. */
    public final class Client implements NameLookup {
        /** Running or queued, by host; a host is looked up once for all who ask meanwhile. */
        private final Map<String, Lookup> pending = new HashMap<>();
        private final LinkedHashMap<String, Lookup> queued = new LinkedHashMap<>();
        private int started;

        private Client() {}

        @Override
        public InetAddress[] resolve(Endpoint target, Duration timeout) throws IOException {
            if (target.isLiteral()) {
                String zone = IpLiteral.zoneProblem(target.host());
                if (zone != null) {
                    throw new UnknownHostException(zone);
                }
                return InetAddress.getAllByName(target.host());
            }
            Lookup lookup = join(target.host());
            try {
                return lookup.answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw new SocketTimeoutException("no answer to the look-up of " + target.host());
            } catch (ExecutionException e) {
                throw new UnknownHostException("unknown host " + target.host());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } finally {
                leave(lookup);
            }
        }

        private Lookup join(String host) throws UnknownHostException {
            lock.lock();
            try {
                Lookup lookup = pending.get(host);
                if (lookup == null) {
                    lookup = enqueue(host);
                }
                lookup.askers++;
                return lookup;
            } finally {
                lock.unlock();
            }
        }

        private Lookup enqueue(String host) throws UnknownHostException {
            if (pending.size() >= MAX_PENDING) {
                throw new UnknownHostException("too many look-ups at once, not asked for " + host);
            }
            Lookup lookup = new Lookup(host);
            pending.put(host, lookup);
            queued.put(host, lookup);
            if (queued.size() == 1) {
                waiting.add(this);
            }
            dispatch();
            return lookup;
        }

        /** Drops a queued look-up that nobody waits for any more. */
        private void leave(Lookup lookup) {
            lock.lock();
            try {
                if (--lookup.askers == 0 && queued.remove(lookup.host, lookup)) {
                    pending.remove(lookup.host);
                    if (queued.isEmpty()) {
                        waiting.remove(this);
                    }
                }
            } finally {
                lock.unlock();
            }
        }

        /** Starts the oldest look-up that waits; false when there is no thread for it. */
        private boolean startNext() {
            Iterator<Lookup> oldest = queued.values().iterator();
            Lookup lookup = oldest.next();
            try {
                pool.execute(() -> run(lookup));
            } catch (OutOfMemoryError e) {
                // No thread, by a limit of the system (RLIMIT_NPROC, pids.max): the next one to end starts it.
                return false;
            }
            oldest.remove();
            started++;
            running++;
            return true;
        }

        private void run(Lookup lookup) {
            InetAddress[] found = null;
            Exception failure = null;
            try {
                found = source.lookUp(lookup.host);
            } catch (IOException | RuntimeException e) {
                failure = e;
            } finally {
                ended(lookup);
            }
            if (failure == null) {
                lookup.answer.complete(found);
            } else {
                lookup.answer.completeExceptionally(failure);
            }
        }

        private void ended(Lookup lookup) {
            lock.lock();
            try {
                if (pending.remove(lookup.host, lookup)) {
                    started--;
                    running--;
                }
                dispatch();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Starts what may start; clients take turns. With the lock held. */
    private void dispatch() {
        for (int refused = 0; refused < waiting.size();) {
            Client next = waiting.poll();
            boolean starts = next.started < threads - running && next.startNext();
            refused = starts ? 0 : refused + 1;
            if (!next.queued.isEmpty()) {
                waiting.add(next);
            }
        }
    }
}
