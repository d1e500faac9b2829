package io.linksocks.websocket;

import io.linksocks.util.Threads;
import java.net.ProtocolException;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The executor of an HTTP client that opens one WebSocket. It starts a virtual thread per task during the handshake, and runs
 * tasks on the calling thread afterwards.
 *
 * <p>Works around a bug of the JDK (docs/jdk-websocket.md): it queues what one read returned buffer by buffer, and the first
 * buffer already submits the task that parses the response and then drains the queue into the WebSocket. If the task overtakes
 * that loop, the other buffers are lost. So no task runs before the submitting thread has left the loop.
 *
 * <p>Also bounds the answer: the JDK collects all of a body in the heap, for as long as the server sends one.
 */
final class OpeningExecutor implements Executor {
    private static final String RECEIVER = "jdk.internal.net.http.Http1AsyncReceiver$Http1TubeSubscriber";
    private static final String THREAD = "websocket opening";
    /** Each of them brings three buffers at most; a page that refuses the WebSocket takes a few. */
    private static final int MAX_READS = 32;

    private final AtomicInteger reads = new AtomicInteger();
    private final CompletableFuture<WebSocket> excess = new CompletableFuture<>();
    private volatile boolean open;

    /** Fails when the answer is too long; the JDK then reads no more of it, and waits. */
    CompletableFuture<WebSocket> excess() {
        return excess;
    }

    /** Called once the WebSocket has taken over what the handshake has read. */
    void open() {
        open = true;
    }

    /**
     * Once the WebSocket is open, the JDK's selector thread runs its tasks itself. This is faster, and ensures that more data is
     * always requested when it reads: without a request, the JDK loses the end of the stream.
     */
    @Override
    public void execute(Runnable task) {
        if (open) {
            task.run();
            return;
        }
        Thread submitter = Thread.currentThread();
        if (!isDelivering(submitter)) {
            Threads.start(THREAD, task);
        } else if (reads.incrementAndGet() <= MAX_READS) {
            Threads.start(THREAD, () -> {
                awaitDelivery(submitter);
                task.run();
            });
        } else {
            excess.completeExceptionally(new ProtocolException("the answer is longer than any to a WebSocket request"));
        }
    }

    /** The loop only queues buffers and never blocks, so this rarely spins. */
    private static void awaitDelivery(Thread submitter) {
        while (isDelivering(submitter)) {
            Thread.yield();
        }
    }

    private static boolean isDelivering(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(RECEIVER) && frame.getMethodName().equals("onNext"));
    }
}
