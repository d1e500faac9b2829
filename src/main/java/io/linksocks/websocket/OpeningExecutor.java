package io.linksocks.websocket;

import io.linksocks.util.Threads;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * The executor of the JDK's HTTP client that one WebSocket is opened with: a virtual thread for each task during the
 * handshake, and in place afterwards.
 *
 * <p>Works around a bug of the JDK (docs/jdk-websocket.md): what one read of the socket brought is queued buffer by buffer,
 * and the first buffer already submits the task that parses the response and, in the end, drains the queue into the
 * WebSocket. A task that is faster than the rest of that loop loses the other buffers. So no task runs before the thread
 * that submitted it has left the loop.
 */
final class OpeningExecutor implements Executor {
    private static final String RECEIVER = "jdk.internal.net.http.Http1AsyncReceiver$Http1TubeSubscriber";

    private volatile boolean open;

    /** Called once the WebSocket has taken over what the handshake had read. */
    void open() {
        open = true;
    }

    /**
     * Once the WebSocket is open, what the JDK's selector thread has to do it does itself. Besides being faster, this
     * keeps a request for more data out whenever it reads: an end of the stream that it meets without one is lost.
     */
    @Override
    public void execute(Runnable task) {
        if (open) {
            task.run();
            return;
        }
        Thread submitter = Thread.currentThread();
        Threads.start("websocket opening", () -> {
            awaitDelivery(submitter);
            task.run();
        });
    }

    /** The loop only queues buffers and never blocks, so mostly it is over already. */
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
