package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class FrameSenderTest {
    private final CountDownLatch aborted = new CountDownLatch(1);

    private interface Failure {
        void occur() throws IOException;
    }

    private FrameSender sender(Failure failure) {
        return new FrameSender(new FrameWriter(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                failure.occur();
            }
        }), aborted::countDown);
    }

    private static void failUnexpectedly() {
        throw new IllegalStateException("test");
    }

    /** It would answer no ping any more. */
    @Test
    void aConnectionThatCannotWriteControlFramesEnds() throws Exception {
        sender(() -> {
            throw new IOException("test");
        }).ping();
        assertTrue(aborted.await(60, TimeUnit.SECONDS));
    }

    @Test
    void aConnectionWhoseControlFramesFailUnexpectedlyEnds() throws Exception {
        sender(FrameSenderTest::failUnexpectedly).ping();
        assertTrue(aborted.await(60, TimeUnit.SECONDS));
    }

    @Test
    void aConnectionWhoseCloseFailsUnexpectedlyEnds() {
        FrameSender sender = sender(FrameSenderTest::failUnexpectedly);
        assertThrows(IllegalStateException.class, () -> sender.close(1000, ""));
        assertEquals(0, aborted.getCount());
    }
}
