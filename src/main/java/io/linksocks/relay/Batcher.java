package io.linksocks.relay;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.seal.RecordWriter;
import io.linksocks.session.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Reads a stream into batches. A batch leaves as soon as the source has nothing more to give just now, so that no wait is
 * ever felt by a conversation; it leaves also when it is full or its time is over. It grows beyond the size of a
 * bulk message, which other channels may have to wait for, when nobody waits: to four times that on a fast link, and to the
 * buffer size when it will be compressed.
 *
 * <p>A read for a batch that has begun asks first whether there is something to read, so no error can come between bytes
 * that were taken and their batch.
 */
final class Batcher implements AutoCloseable {
    /** A source that is waited for gets a buffer no larger than this, for idle channels are many. */
    private static final int PARKED = 1024;
    /** A source that trickles without a pause fills a batch for no longer than this, however slow it is. */
    private static final long TRICKLE_TIME = TimeUnit.MILLISECONDS.toNanos(1);
    private static final byte[] NOTHING = {};

    /** What decides how large a batch may be, asked for every batch; and who counts memory. */
    interface Circumstances {
        /** Whether other channels wait, which no large batch may hold up. */
        boolean isCrowded();

        /** Whether a large batch leaves in next to no time. */
        boolean isFast();

        /** Whether memory is so short that a batch should be small. */
        boolean isTight();

        /** Whether batches are sealed: they leave room for that, and are not compressed. */
        default boolean isSealed() {
            return false;
        }

        /** Counts what is in hand while the source or credit is waited for; negative when it is not any more. */
        void lend(int bytes);

        /** Those of one that sends through this channel. */
        static Circumstances of(Channel channel) {
            return new OfChannel(channel);
        }
    }

    private record OfChannel(Channel channel) implements Circumstances {
        @Override
        public boolean isCrowded() {
            return channel.isCrowded();
        }

        @Override
        public boolean isFast() {
            return channel.isFast();
        }

        @Override
        public boolean isTight() {
            return channel.isShortOfMemory();
        }

        @Override
        public boolean isSealed() {
            return channel.isSealed();
        }

        @Override
        public void lend(int bytes) {
            channel.lend(bytes);
        }
    }

    private final InputStream in;
    private final BatchOptions options;
    private final LongSupplier clock;
    private final Circumstances circumstances;
    private final BatchDelay delay;
    /** Free bytes in front of a batch. */
    private final int front;
    private final int limit;
    private final long leastTime;
    private final byte[] parked;
    private CompressionChoice compression;
    private boolean busy;
    /** Whether the last batch was full, so that most likely there is more. */
    private boolean full;
    /** Whether it was not smaller than a bulk message. */
    private boolean bulk;

    /** What grew and did not shrink leaves from here in pieces. */
    private byte[] pieces = NOTHING;
    private int pieceStart;

    /** @param clock as {@link System#nanoTime} */
    Batcher(InputStream in, BatchOptions options, LongSupplier clock, Circumstances circumstances) {
        this.circumstances = circumstances;
        this.in = in;
        this.options = circumstances.isSealed() ? options.withCompressionThreshold(0) : options;
        this.front = room(circumstances.isSealed());
        this.clock = clock;
        this.delay = new BatchDelay(options, clock.getAsLong());
        this.limit = Math.min(options.bufferSize(), BufferPool.SIZE - front);
        this.leastTime = Math.min(TRICKLE_TIME, options.maxDelay().toNanos());
        this.parked = new byte[Math.min(limit, PARKED)];
    }

    /** Free bytes in front of stream bytes, for what is written there when they are sent. */
    static int room(boolean sealed) {
        return MessageWriter.DATA_ROOM + (sealed ? RecordWriter.ROOM : 0);
    }

    /** Whether {@link #next} has something to give without waiting. */
    boolean hasMore() throws IOException {
        return pieces.length > 0 || in.available() > 0;
    }

    /** Waits for the next batch; null at the end of the stream. */
    Batch next() throws IOException {
        if (pieces.length > 0) {
            return nextPiece();
        }
        if (busy && (full || in.available() > 0) && !circumstances.isTight()) {
            return gatherPatiently(isLargeWelcome() ? BufferPool.takeLarge() : BufferPool.take());
        }
        int count = in.read(parked, 0, parked.length);
        if (count < 0) {
            return null;
        }
        busy = count == parked.length && count < limit && in.available() > 0;
        if (busy && !circumstances.isTight()) {
            byte[] buffer = BufferPool.take();
            System.arraycopy(parked, 0, buffer, front, count);
            return gather(buffer, count);
        }
        delay.onBatch(count, clock.getAsLong());
        Batch packed = isWorthATry(count) && isPromising(parked, 0, count) ? pack(parked, 0, count) : null;
        return packed == null ? copy(parked, 0, count) : packed;
    }

    private boolean isLargeWelcome() {
        return bulk && options.dynamic() && circumstances.isFast() && !circumstances.isCrowded();
    }

    /** The source may be silent after all, for as long as it likes. */
    private Batch gatherPatiently(byte[] buffer) throws IOException {
        circumstances.lend(buffer.length);
        try {
            return gather(buffer, 0);
        } finally {
            circumstances.lend(-buffer.length);
        }
    }

    /** Null at the end of the stream. */
    private Batch gather(byte[] buffer, int filled) throws IOException {
        long deadline = clock.getAsLong() + Math.max(delay.nanos(), leastTime);
        int room = Math.min(options.bufferSize(), buffer.length - front);
        int length = fill(buffer, filled, room, deadline);
        if (length == 0) {
            BufferPool.release(buffer);
            return null;
        }
        full = length == room;
        bulk = length >= limit;
        Batch packed = isWorthATry(length) ? compress(buffer, length, deadline) : null;
        if (packed != null) {
            return packed;
        }
        delay.onBatch(length, clock.getAsLong());
        // A small batch gets an array of its own size, for it may be kept for replay with its array.
        if (length > buffer.length / BufferPool.WASTE - front) {
            return new Batch(Compression.NONE, buffer, front, length);
        }
        Batch batch = copy(buffer, front, length);
        BufferPool.release(buffer);
        return batch;
    }

    /** Takes what the source has now; returns how much is in the buffer then. */
    private int fill(byte[] buffer, int filled, int limit, long deadline) throws IOException {
        int length = filled;
        do {
            int count = in.read(buffer, front + length, limit - length);
            if (count < 0) {
                break;
            }
            length += count;
        } while (length < limit && options.dynamic() && in.available() > 0 && clock.getAsLong() - deadline < 0);
        return length;
    }

    // --- compression -----------------------------------------------------------------------------------------------

    /** Whether this batch, or a larger one that begins with it, may be compressed, and the stream has not failed to shrink lately. */
    private boolean isWorthATry(int length) {
        if (length < options.compressFrom() && !canGrow(length)) {
            return false;
        }
        if (compression == null) {
            compression = new CompressionChoice();
        }
        return !compression.skips(length);
    }

    private boolean canGrow(int length) {
        return options.dynamic() && leastTime > 0 && length >= limit && length < options.bufferSize()
                && options.bufferSize() >= options.compressFrom();
    }

    private boolean isPromising(byte[] buffer, int offset, int length) {
        return compression.isPromising(buffer, offset, length);
    }

    /** What leaves in place of the buffer's content; null when that leaves as it is. */
    private Batch compress(byte[] buffer, int length, long deadline) throws IOException {
        boolean grows = full && canGrow(length) && in.available() > 0 && !circumstances.isCrowded()
                && !circumstances.isTight();
        if (!grows && length < options.compressFrom() || !isPromising(buffer, front, length)) {
            return null;
        }
        if (grows) {
            return grow(buffer, length, deadline);
        }
        Batch packed = pack(buffer, front, length);
        if (packed != null) {
            delay.onBatch(length, clock.getAsLong());
            BufferPool.release(buffer);
        }
        return packed;
    }

    /** Null when that does not pay. */
    private Batch pack(byte[] array, int offset, int length) {
        Slice packed = length < options.compressFrom() ? null : Gzip.compress(array, offset, length, front);
        boolean pays = packed != null && CompressionChoice.pays(length, packed.length());
        compression.onResult(pays);
        return pays ? new Batch(Compression.GZIP, packed.array(), packed.offset(), packed.length()) : null;
    }

    /** The full buffer begins a larger batch; if nothing comes of that, it leaves as it is and the rest in pieces. */
    private Batch grow(byte[] buffer, int filled, long deadline) throws IOException {
        byte[] large = new byte[front + options.bufferSize()];
        System.arraycopy(buffer, front, large, front, filled);
        int length = fill(large, filled, options.bufferSize(), deadline);
        delay.onBatch(length, clock.getAsLong());
        Batch packed = pack(large, front, length);
        if (packed != null) {
            BufferPool.release(buffer);
            return packed;
        }
        hold(Arrays.copyOfRange(large, front + filled, front + length));
        return new Batch(Compression.NONE, buffer, front, filled);
    }

    private Batch nextPiece() {
        int length = Math.min(limit, pieces.length - pieceStart);
        Batch piece = copy(pieces, pieceStart, length);
        pieceStart += length;
        if (pieceStart == pieces.length) {
            hold(NOTHING);
        }
        return piece;
    }

    private void hold(byte[] rest) {
        circumstances.lend(rest.length - pieces.length);
        pieces = rest;
        pieceStart = 0;
    }

    /** Drops what has not left; bytes that come later begin anew. */
    @Override
    public void close() {
        hold(NOTHING);
    }

    private Batch copy(byte[] source, int offset, int length) {
        byte[] array = BufferPool.atLeast(front + length);
        System.arraycopy(source, offset, array, front, length);
        return new Batch(Compression.NONE, array, front, length);
    }
}
