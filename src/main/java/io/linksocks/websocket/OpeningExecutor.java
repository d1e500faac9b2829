package io.linksocks.websocket;

import io.linksocks.util.Threads;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * The executor of an HTTP client that opens one WebSocket. It starts a virtual thread per task during the handshake, and runs
 * tasks on the calling thread afterwards.
 *
 * <p>Works around a bug of the JDK (docs/jdk-websocket.md): it queues what one read returned buffer by buffer, and the first
 * buffer already submits the task that parses the response and then drains the queue into the WebSocket. If the task overtakes
 * that loop, the other buffers are lost. So no task runs before the submitting thread has left the loop.
 */
final class OpeningExecutor implements Executor {
    private static final String RECEIVER = "jdk.internal.net.http.Http1AsyncReceiver$Http1TubeSubscriber";

    private volatile boolean open;

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
        Threads.start("websocket opening", () -> {
            awaitDelivery(submitter);
            task.run();
        });
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
