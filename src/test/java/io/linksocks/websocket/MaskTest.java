package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskTest {
    @Test
    void masksByteByByteInAnyPieces() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            byte[] expected = new byte[random.nextInt(100)];
            random.nextBytes(expected);
            byte[] actual = expected.clone();
            int start = random.nextInt(expected.length + 1);
            int key = random.nextInt();
            for (int i = start; i < expected.length; i++) {
                expected[i] ^= (byte) (key >>> 24 - 8 * ((i - start) % 4));
            }
            ByteBuffer buffer = round % 2 == 0 ? ByteBuffer.wrap(actual)
                    : ByteBuffer.allocateDirect(actual.length).put(0, actual);
            for (int done = start; done < actual.length; ) {
                int piece = 1 + random.nextInt(actual.length - done);
                Mask.apply(buffer, done, piece, Mask.advance(key, done - start));
                done += piece;
            }
            buffer.get(0, actual);
            assertArrayEquals(expected, actual, "seed " + seed + ", round " + round);
        }
    }
}
