package io.linksocks.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GzipTest {
    private static final int LIMIT = 1 << 20;

    /** Compressible bytes with random ones mixed in. */
    private static byte[] sample(Random random, int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt() : 'a');
        }
        return data;
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(data);
        }
        return out.toByteArray();
    }

    private static ProtocolException refused(byte[] packed, int limit) {
        return assertThrows(ProtocolException.class, () -> Gzip.inflate(Slice.of(packed), limit));
    }

    @Test
    void roundTrip() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int length : new int[] {100, 1000, 70_000, 600_000}) {
            byte[] data = sample(random, length);
            Slice packed = Gzip.compress(new Slice(data, 3, length - 5), MessageWriter.DATA_ROOM);
            byte[] expected = Arrays.copyOfRange(data, 3, length - 2);
            assertEquals(MessageWriter.DATA_ROOM, packed.offset(), "seed " + seed);
            assertTrue(packed.length() < expected.length, "seed " + seed);
            assertArrayEquals(expected, Gzip.inflate(packed, expected.length), "seed " + seed);
            try (GZIPInputStream judge = new GZIPInputStream(new ByteArrayInputStream(packed.toBytes()))) {
                assertArrayEquals(expected, judge.readAllBytes(), "seed " + seed);
            }
        }
    }

    @Test
    void inflatesWhatOthersPacked() throws IOException {
        for (int length : new int[] {0, 1, 2, 1000, LIMIT}) {
            byte[] data = new byte[length];
            assertArrayEquals(data, Gzip.inflate(Slice.of(gzip(data)), LIMIT));
        }
    }

    @Test
    void inflatesInPieces() throws IOException {
        byte[] data = sample(new Random(), 300_000);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Gzip.inflate(Slice.of(gzip(data)), data.length, out);
        assertArrayEquals(data, out.toByteArray());
    }

    /** However much comes out of a small message, it does not lie in memory while a slow target takes it. */
    @Test
    void aBombCostsLittleInPieces() throws IOException {
        byte[] bomb = gzip(new byte[32 << 20]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Gzip.inflate(Slice.of(bomb), 32 << 20, OutputStream.nullOutputStream());
        long used = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(used < 1 << 20, used + " bytes");
    }

    @Test
    void nothingComesOfWhatDoesNotShrink() {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        assertNull(Gzip.compress(new Slice(noise, 0, noise.length), MessageWriter.DATA_ROOM));
        for (int length = 0; length <= 20; length++) {
            assertNull(Gzip.compress(new Slice(new byte[length], 0, length), 0));
        }
        assertNotNull(Gzip.compress(new Slice(new byte[100], 0, 100), 0));
    }

    @Test
    void aSmallResultDoesNotHoldALargeArray() {
        Slice packed = Gzip.compress(new Slice(new byte[LIMIT], 0, LIMIT), MessageWriter.DATA_ROOM);
        assertEquals(MessageWriter.DATA_ROOM + packed.length(), packed.capacity());
    }

    @Test
    void bombsAreRefusedByTheirClaim() throws IOException {
        byte[] bomb = gzip(new byte[LIMIT + 1]);
        assertTrue(refused(bomb, LIMIT).getMessage().contains("over the limit"));
    }

    @Test
    void falseClaimsAreRefused() throws IOException {
        byte[] honest = gzip(new byte[5000]);
        for (int claim : new int[] {0, 1, 4999, 5001, 6000}) {
            refused(withLength(honest, claim), LIMIT);
        }
        assertTrue(refused(withLength(honest, LIMIT), LIMIT).getMessage().contains("impossible"));
        assertTrue(refused(withLength(honest, -1), LIMIT).getMessage().contains("over the limit"));
    }

    private static byte[] withLength(byte[] packed, int length) {
        byte[] copy = packed.clone();
        WireFormat.INT.set(copy, copy.length - 4, Integer.reverseBytes(length));
        return copy;
    }

    @Test
    void everyTruncationAndEveryLongerFormIsRefused() throws IOException {
        byte[] packed = gzip(sample(new Random(2), 300));
        for (int length = 0; length < packed.length; length++) {
            refused(Arrays.copyOf(packed, length), LIMIT);
        }
        refused(Arrays.copyOf(packed, packed.length + 1), LIMIT);
        byte[] twice = Arrays.copyOf(packed, 2 * packed.length);
        System.arraycopy(packed, 0, twice, packed.length, packed.length);
        refused(twice, LIMIT);
    }

    @Test
    void damageNeverPassesUnseen() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] data = sample(random, 2000);
        byte[] packed = gzip(data);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = packed.clone();
            int index = random.nextInt(damaged.length);
            damaged[index] ^= (byte) (1 << random.nextInt(8));
            assertTrue(refusesOrInflatesTo(data, damaged), "seed " + seed + ", byte " + index);
        }
    }

    private static boolean refusesOrInflatesTo(byte[] data, byte[] packed) {
        try {
            return Arrays.equals(data, Gzip.inflate(Slice.of(packed), LIMIT));
        } catch (ProtocolException e) {
            return e.type() == WireFormat.DATA;
        }
    }
}
