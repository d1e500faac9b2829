package io.linksocks.relay;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads a stream into batches. A batch leaves as soon as the source has nothing more to give just now, so that no wait is
 * ever felt by a conversation; it leaves also when it is full or its time is over (SPEC section 3).
 */
final class Batcher {
    /** A source that is waited for gets a buffer no larger than this, for idle channels are many. */
    private static final int PARKED = 1024;
    private static final int ROOM = MessageWriter.DATA_ROOM;

    private final InputStream in;
    private final BatchOptions options;
    private final BatchDelay delay;
    private final int limit;
    private final byte[] parked;
    private CompressionChoice compression;
    private boolean busy;

    Batcher(InputStream in, BatchOptions options) {
        this.in = in;
        this.options = options;
        this.delay = new BatchDelay(options, System.nanoTime());
        this.limit = Math.min(options.bufferSize(), BufferPool.PAYLOAD);
        this.parked = new byte[Math.min(limit, PARKED)];
    }

    /** Waits for the next batch; null at the end of the stream. */
    Batch next() throws IOException {
        if (busy && in.available() > 0) {
            return gather(BufferPool.take(), 0);
        }
        int count = in.read(parked, 0, parked.length);
        if (count < 0) {
            return null;
        }
        if (count < parked.length || !options.dynamic() || limit == parked.length || in.available() == 0) {
            busy = false;
            byte[] array = new byte[ROOM + count];
            System.arraycopy(parked, 0, array, ROOM, count);
            delay.onBatch(count, System.nanoTime());
            return new Batch(Compression.NONE, array, ROOM, count);
        }
        byte[] buffer = BufferPool.take();
        System.arraycopy(parked, 0, buffer, ROOM, count);
        return gather(buffer, count);
    }

    private Batch gather(byte[] buffer, int filled) throws IOException {
        busy = true;
        int length = fill(buffer, filled, limit, Long.MAX_VALUE);
        if (length < limit || !shallGrow(buffer, length)) {
            delay.onBatch(length, System.nanoTime());
            return new Batch(Compression.NONE, buffer, ROOM, length);
        }
        return growAndCompress(buffer, length);
    }

    /** Takes what the source has now; returns how much is in the buffer then. */
    private int fill(byte[] buffer, int filled, int limit, long deadline) throws IOException {
        int length = filled;
        do {
            int count = in.read(buffer, ROOM + length, limit - length);
            if (count < 0) {
                break;
            }
            length += count;
        } while (length < limit && options.dynamic() && in.available() > 0 && System.nanoTime() < deadline);
        return length;
    }

    private boolean shallGrow(byte[] buffer, int length) throws IOException {
        if (options.bufferSize() < options.compressFrom() || !options.dynamic() || in.available() == 0) {
            return false;
        }
        if (compression == null) {
            compression = new CompressionChoice();
        }
        return compression.isWorthwhile(buffer, ROOM, length);
    }

    private Batch growAndCompress(byte[] buffer, int filled) throws IOException {
        byte[] large = Arrays.copyOf(buffer, ROOM + options.bufferSize());
        BufferPool.release(buffer);
        long began = System.nanoTime();
        int length = fill(large, filled, options.bufferSize(), began + delay.nanos());
        delay.onBatch(length, System.nanoTime());
        if (length >= options.compressFrom()) {
            Slice packed = Gzip.compress(large, ROOM, length, ROOM);
            if (packed != null) {
                return new Batch(Compression.GZIP, packed.array(), packed.offset(), packed.length());
            }
        }
        return new Batch(Compression.NONE, large, ROOM, length);
    }
}
