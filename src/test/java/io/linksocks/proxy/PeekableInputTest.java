package io.linksocks.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class PeekableInputTest {
    private static final byte[] REQUEST = "request".getBytes();

    /** Has nothing to say until it is told to, as a client that waits for its answer. */
    private static final class Waiting extends InputStream {
        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch speaks = new CountDownLatch(1);
        private boolean said;

        @Override
        public int read() {
            throw new AssertionError("byte by byte");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            asked.countDown();
            try {
                speaks.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (said) {
                return -1;
            }
            said = true;
            System.arraycopy(REQUEST, 0, buffer, offset, REQUEST.length);
            return REQUEST.length;
        }
    }

    @Test
    void lookingAtAByteLeavesItToTheReader() throws Exception {
        Waiting source = new Waiting();
        source.speaks.countDown();
        try (PeekableInput in = new PeekableInput(source, 16)) {
            assertEquals('r', in.peek());
            assertArrayEquals(REQUEST, in.readAllBytes());
            assertEquals(-1, in.peek());
        }
    }

    /** A relay may begin to read while another thread still waits for the byte that it wants to look at. */
    @Test
    void aReaderThatComesDuringALookGetsEveryByteOnce() throws Exception {
        for (int round = 0; round < 2000; round++) {
            Waiting source = new Waiting();
            PeekableInput in = new PeekableInput(source, 16);
            FutureTask<Integer> look = new FutureTask<>(in::peek);
            FutureTask<byte[]> reader = new FutureTask<>(in::readAllBytes);
            Thread.startVirtualThread(look);
            source.asked.await();
            Thread.startVirtualThread(reader);
            source.speaks.countDown();
            assertArrayEquals(REQUEST, reader.get());
            assertTrue(look.get() == 'r' || look.get() == -1);
        }
    }
}
