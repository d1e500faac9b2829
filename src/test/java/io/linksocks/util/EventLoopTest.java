package io.linksocks.util;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class EventLoopTest {
    /** The sockets of all idle connections depend on the loop. */
    @Test
    void theLoopGoesOnAfterATaskThatFailed() throws IOException, InterruptedException {
        EventLoop loop = EventLoop.next();
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> {
            throw new IllegalStateException("test");
        });
        loop.execute(done::countDown);
        done.await();
    }
}
