package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.wire.WireSettings;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatcherTest {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int BULK = BufferPool.PAYLOAD;

    private long now;
    private boolean crowded;
    private boolean tight;
    private boolean fast;
    private long lent;

    private final class Now implements Batcher.Circumstances {
        @Override
        public boolean isCrowded() {
            return crowded;
        }

        @Override
        public boolean isFast() {
            return fast;
        }

        @Override
        public boolean isTight() {
            return tight;
        }

        @Override
        public void lend(int bytes) {
            lent += bytes;
        }
    }

    private static BatchOptions withBuffer(int bytes) {
        return BatchOptions.of(WireSettings.builder().bufferSize(bytes).build());
    }

    private Batcher batcher(InputStream in, BatchOptions options) {
        return new Batcher(in, options, () -> now, new Now());
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(int length) {
        String lines = "the same line again and again, number 0123456789\n".repeat(length / 40 + 1);
        return Arrays.copyOf(lines.getBytes(StandardCharsets.US_ASCII), length);
    }

    private static byte[] content(Batch batch) throws IOException {
        return batch.compression() == Compression.GZIP ? Gzip.inflate(batch.data(), 32 * MIB) : batch.data().toBytes();
    }

    private static List<Batch> all(Batcher batcher) throws IOException {
        List<Batch> batches = new ArrayList<>();
        for (Batch batch = batcher.next(); batch != null; batch = batcher.next()) {
            assertTrue(batch.data().offset() >= MessageWriter.DATA_ROOM, "room for headers");
            batches.add(batch);
        }
        return batches;
    }

    private static byte[] joined(List<Batch> batches) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Batch batch : batches) {
            out.writeBytes(content(batch));
        }
        return out.toByteArray();
    }

    private static List<Integer> lengths(List<Batch> batches) {
        return batches.stream().map(Batch::length).toList();
    }

    private static boolean isPlain(Batch batch) {
        return batch.compression() == Compression.NONE;
    }

    private static void assertPlainPieces(List<Batch> batches) {
        for (Batch batch : batches) {
            assertTrue(isPlain(batch) && batch.length() <= BULK, lengths(batches).toString());
        }
    }

    /** Whoever waits for this source has little in hand, or it is counted. */
    private final class WatchedSource extends FilterInputStream {
        WatchedSource(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (available() == 0) {
                int held = buffer.length;
                assertTrue(held <= KIB || lent >= held, () -> held + " bytes in hand, " + lent + " counted");
            }
            return super.read(buffer, offset, length);
        }
    }

    // --- what is in hand ---------------------------------------------------------------------------------------------

    @Test
    void afterAFullBatchTheBufferForTheNextIsCountedUntilItComes() throws IOException {
        byte[] stream = noise(3 * BULK);
        Batcher batcher = batcher(new WatchedSource(new ScriptedSource(stream, BULK, BULK, BULK)), BatchOptions.DEFAULT);
        List<Batch> batches = all(batcher);
        assertEquals(List.of(BULK, BULK, BULK), lengths(batches));
        assertEquals(0, lent);
    }

    @Test
    void whatDidNotShrinkIsCountedUntilItHasLeft() throws IOException {
        Batcher batcher = batcher(ScriptedSource.of(text(300 * KIB)), BatchOptions.DEFAULT);
        assertEquals(BULK, batcher.next().length());
        assertEquals(300 * KIB - BULK, lent);
        batcher.next();
        assertEquals(300 * KIB - BULK, lent, "the array is there until its last byte is gone");
        all(batcher);
        assertEquals(0, lent);
    }

    @Test
    void whatNobodyWantsAnyMoreIsNotCounted() throws IOException {
        Batcher batcher = batcher(ScriptedSource.of(text(300 * KIB)), BatchOptions.DEFAULT);
        batcher.next();
        assertTrue(batcher.hasMore());
        batcher.close();
        assertFalse(batcher.hasMore());
        assertEquals(0, lent);
    }

    /** Breaks off where the source ends. */
    private static InputStream resetBehind(InputStream source) {
        return new FilterInputStream(source) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                if (count < 0) {
                    throw new IOException("connection reset");
                }
                return count;
            }
        };
    }

    @Test
    void anErrorLeavesNothingCounted() throws IOException {
        Batcher batcher = batcher(resetBehind(new ScriptedSource(noise(BULK), BULK)), BatchOptions.DEFAULT);
        assertEquals(BULK, batcher.next().length());
        assertThrows(IOException.class, batcher::next);
        assertEquals(0, lent);
    }

    // --- when a batch leaves -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1023, 1024, 1025, 5000, 30_000, BULK - 1})
    void whatTheSourceHasLeavesAtOnce(int size) throws IOException {
        byte[] stream = noise(3 * size);
        List<Batch> batches = all(batcher(new ScriptedSource(stream, size, size, size), BatchOptions.DEFAULT));
        assertEquals(List.of(size, size, size), lengths(batches));
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void manyReadsOfOnePortionMakeOneBatch() throws IOException {
        byte[] stream = noise(50_000);
        List<Batch> batches = all(batcher(ScriptedSource.of(stream).readsAtMost(1400), BatchOptions.DEFAULT));
        assertEquals(List.of(50_000), lengths(batches));
        assertArrayEquals(stream, joined(batches));
    }

    /** Whoever has to wait then holds little. */
    @Test
    void shortOfMemoryItReadsNoMoreThanALittle() throws IOException {
        tight = true;
        byte[] stream = noise(50_000);
        List<Batch> batches = all(batcher(ScriptedSource.of(stream), BatchOptions.DEFAULT));
        assertTrue(batches.stream().allMatch(batch -> batch.data().capacity() < 2 * KIB), lengths(batches).toString());
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void norDoesABatchGrowWhenMemoryBecomesShort() throws IOException {
        byte[] stream = text(2 * MIB);
        Batcher batcher = batcher(new FilterInputStream(ScriptedSource.of(stream)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                tight = length > KIB;
                return super.read(buffer, offset, length);
            }
        }, BatchOptions.DEFAULT);
        assertEquals(BULK, batcher.next().length());
        assertEquals(0, lent);
    }

    @Test
    void aFullBufferLeaves() throws IOException {
        byte[] stream = noise(200_000);
        List<Batch> batches = all(batcher(ScriptedSource.of(stream).readsAtMost(9000), BatchOptions.DEFAULT));
        assertEquals(List.of(BULK, BULK, BULK, 200_000 - 3 * BULK), lengths(batches));
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void aSmallBatchHoldsOnToNoMoreThanItNeeds() throws IOException {
        for (int size : new int[] {1, 2000, 10_000}) {
            Batch batch = batcher(ScriptedSource.of(noise(size)), BatchOptions.DEFAULT).next();
            assertEquals(MessageWriter.DATA_ROOM + size, batch.data().capacity());
        }
    }

    /** A source that always has one more byte would otherwise hold the first one back. */
    @Test
    void aTrickleLeavesWhenTheTimeIsOver() throws IOException {
        long step = 100_000;
        InputStream trickle = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("read byte by byte");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                now += step;
                int count = length == 1024 ? 1024 : 1;
                Arrays.fill(buffer, offset, offset + count, (byte) 'x');
                return count;
            }

            @Override
            public int available() {
                return 1;
            }
        };
        Batcher batcher = batcher(trickle, BatchOptions.DEFAULT);
        assertEquals(1024 + 10, batcher.next().length());
        assertEquals(10, batcher.next().length());
    }

    @Test
    void withoutDynamicBatchingNoReadWaitsForAnother() throws IOException {
        BatchOptions options = new BatchOptions(MIB, false, Duration.ofMillis(20), Duration.ofMillis(500), 512 * KIB);
        byte[] stream = text(300_000);
        ScriptedSource source = ScriptedSource.of(stream).readsAtMost(20_000);
        List<Batch> batches = all(batcher(source, options));
        assertPlainPieces(batches);
        assertTrue(batches.stream().allMatch(batch -> batch.length() <= 1024 + 20_000), lengths(batches).toString());
        assertTrue(batches.size() >= source.reads() - 2, batches.size() + " batches of " + source.reads() + " reads");
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void noBatchIsLargerThanTheBufferSize() throws IOException {
        for (int size : new int[] {1, 100, 1024, 1025, 5000}) {
            byte[] stream = noise(12_345);
            List<Batch> batches = all(batcher(ScriptedSource.of(stream), withBuffer(size)));
            assertTrue(batches.stream().allMatch(batch -> batch.length() <= size));
            assertArrayEquals(stream, joined(batches));
        }
    }

    @Test
    void theEndStaysTheEnd() throws IOException {
        Batcher batcher = batcher(ScriptedSource.of(noise(10)), BatchOptions.DEFAULT);
        assertEquals(10, batcher.next().length());
        assertNull(batcher.next());
        assertNull(batcher.next());
    }

    @Test
    void anErrorComesAfterTheBytesBeforeIt() throws IOException {
        byte[] stream = noise(70_000);
        Batcher batcher = batcher(resetBehind(new ScriptedSource(stream, 70_000)), BatchOptions.DEFAULT);
        assertEquals(BULK, batcher.next().length());
        assertEquals(70_000 - BULK, batcher.next().length());
        assertThrows(IOException.class, batcher::next);
    }

    // --- compression -------------------------------------------------------------------------------------------------

    @Test
    void aCompressibleStreamIsCompressed() throws IOException {
        byte[] stream = text(3 * MIB);
        List<Batch> batches = all(batcher(ScriptedSource.of(stream), BatchOptions.DEFAULT));
        assertEquals(3, batches.size());
        for (Batch batch : batches) {
            assertEquals(Compression.GZIP, batch.compression());
            assertEquals(MIB, content(batch).length);
        }
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void aFastLinkTakesLargerBatches() throws IOException {
        fast = true;
        byte[] stream = noise(2 * MIB);
        List<Batch> batches = all(batcher(ScriptedSource.of(stream), BatchOptions.DEFAULT));
        assertEquals(BULK, batches.getFirst().length(), "before it is known that there is much");
        assertEquals(BufferPool.LARGE_PAYLOAD, batches.get(1).length());
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void butNotWhileOthersWait() throws IOException {
        fast = true;
        crowded = true;
        byte[] stream = noise(2 * MIB);
        List<Batch> batches = all(batcher(ScriptedSource.of(stream), BatchOptions.DEFAULT));
        assertPlainPieces(batches);
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void aLargeBatchHoldsUpNobody() throws IOException {
        crowded = true;
        byte[] stream = text(2 * MIB);
        List<Batch> batches = all(batcher(ScriptedSource.of(stream), BatchOptions.DEFAULT));
        assertPlainPieces(batches);
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void fromTheThresholdOnAndNotBefore() throws IOException {
        byte[] enough = text(512 * KIB);
        List<Batch> batches = all(batcher(ScriptedSource.of(enough), BatchOptions.DEFAULT));
        assertEquals(Compression.GZIP, batches.getFirst().compression());
        assertArrayEquals(enough, joined(batches));

        byte[] tooLittle = text(512 * KIB - 1);
        batches = all(batcher(ScriptedSource.of(tooLittle), BatchOptions.DEFAULT));
        assertPlainPieces(batches);
        assertArrayEquals(tooLittle, joined(batches));
    }

    /** A plain message over 64 KiB would delay other channels for nothing (docs/protocol-extensions.md, section 6). */
    @Test
    void whatIsNotCompressedAfterAllLeavesInPieces() throws IOException {
        byte[] stream = text(300 * KIB + 7);
        List<Batch> batches = all(batcher(ScriptedSource.of(stream), BatchOptions.DEFAULT));
        assertPlainPieces(batches);
        assertArrayEquals(stream, joined(batches));

        byte[] deceptive = noise(2 * MIB);
        System.arraycopy(text(BULK), 0, deceptive, 0, BULK);
        batches = all(batcher(ScriptedSource.of(deceptive), BatchOptions.DEFAULT));
        assertPlainPieces(batches);
        assertArrayEquals(deceptive, joined(batches));
    }

    @Test
    void aBufferBelowTheThresholdIsNeverCompressed() throws IOException {
        byte[] stream = text(3 * MIB);
        List<Batch> batches = all(batcher(ScriptedSource.of(stream), withBuffer(512 * KIB - 1)));
        assertPlainPieces(batches);
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void growthEndsWhenTheTimeIsOver() throws IOException {
        byte[] stream = text(16 * MIB);
        ScriptedSource source = ScriptedSource.of(stream).readsAtMost(BULK);
        InputStream slow = new FilterInputStream(source) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                now += Duration.ofMillis(2).toNanos();
                return super.read(buffer, offset, length);
            }
        };
        Batcher batcher = batcher(slow, BatchOptions.DEFAULT);
        Batch first = batcher.next();
        assertTrue(isPlain(first));
        assertEquals(2 * BULK, source.position(), "an unknown stream's first batch got one read more than the time for");
        List<Batch> batches = all(batcher);
        batches.addFirst(first);
        assertTrue(batches.stream().anyMatch(batch -> !isPlain(batch)), "a fast stream gets more time");
        assertArrayEquals(stream, joined(batches));
    }

    @Test
    void anyStreamArrivesAsItWasWhateverItsPortions() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            byte[] stream = mixture(random);
            int[] arrivals = random.ints(2000, 1, 1 << (1 + random.nextInt(21))).toArray();
            arrivals[arrivals.length - 1] = stream.length;
            BatchOptions options = new BatchOptions(1 + random.nextInt(2 * MIB), random.nextInt(4) > 0,
                    Duration.ofMillis(20), Duration.ofMillis(500), 1 + random.nextInt(MIB));
            ScriptedSource source = new ScriptedSource(stream, arrivals).readsAtMost(1 + random.nextInt(MIB));
            now = random.nextLong();
            fast = random.nextBoolean();
            int largest = fast ? BufferPool.LARGE_PAYLOAD : BULK;
            List<Batch> batches = all(new Batcher(new WatchedSource(source), options,
                    () -> now += random.nextInt(1_000_000), new Now()));
            assertArrayEquals(stream, joined(batches), "seed " + seed);
            assertEquals(0, lent, "seed " + seed);
            assertTrue(batches.stream().allMatch(batch -> !isPlain(batch) || batch.length() <= largest), "seed " + seed);
        }
    }

    private static byte[] mixture(Random random) {
        byte[] stream = new byte[random.nextInt(3 * MIB)];
        for (int start = 0; start < stream.length;) {
            int length = Math.min(stream.length - start, 1 + random.nextInt(MIB));
            byte[] part = new byte[length];
            if (random.nextBoolean()) {
                random.nextBytes(part);
            }
            System.arraycopy(part, 0, stream, start, length);
            start += length;
        }
        return stream;
    }
}
