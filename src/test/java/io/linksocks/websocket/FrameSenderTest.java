package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class FrameSenderTest {
    /** It would answer no ping any more. */
    @Test
    void aConnectionThatCannotWriteControlFramesEnds() throws Exception {
        CountDownLatch aborted = new CountDownLatch(1);
        FrameSender sender = new FrameSender(new FrameWriter(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("test");
            }
        }), aborted::countDown);
        sender.ping();
        assertTrue(aborted.await(20, TimeUnit.SECONDS));
    }
}
