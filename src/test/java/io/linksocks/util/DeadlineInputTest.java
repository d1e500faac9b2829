package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class DeadlineInputTest {
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofHours(1);

    /** A peer that always has one more byte. */
    private static final class Endless extends Socket {
        private int timeout = -1;

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() {
                    return 'x';
                }

                @Override
                public int read(byte[] buffer, int offset, int length) {
                    buffer[offset] = 'x';
                    return 1;
                }
            };
        }

        @Override
        public void setSoTimeout(int timeout) {
            this.timeout = timeout;
        }
    }

    private final Endless socket = new Endless();
    private final DeadlineInput in;

    DeadlineInputTest() throws IOException {
        in = new DeadlineInput(socket);
    }

    private void readUntilTimeout() {
        assertThrows(SocketTimeoutException.class, () -> {
            while (in.read() == 'x') {
                assertTrue(socket.timeout > 0 && socket.timeout <= SHORT.toMillis(), "timeout " + socket.timeout);
            }
        });
    }

    @Test
    void manyBytesDoNotExtendTheDeadline() {
        in.limit(SHORT);
        readUntilTimeout();
    }

    @Test
    void theFirstByteStartsTheSecondDeadline() throws IOException {
        in.limit(LONG, SHORT);
        assertTrue(in.awaitsFirstByte());
        assertEquals('x', in.read());
        assertTrue(socket.timeout > SHORT.toMillis());
        assertFalse(in.awaitsFirstByte());
        readUntilTimeout();
    }

    @Test
    void withoutALimitTheSocketIsLeftAlone() throws IOException {
        in.limit(LONG);
        in.read();
        in.unlimited();
        assertEquals(0, socket.timeout);
        socket.timeout = -1;
        in.read();
        assertEquals(-1, socket.timeout);
    }
}
