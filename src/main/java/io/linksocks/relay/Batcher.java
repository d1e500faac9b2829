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
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Reads a stream into batches. A batch is complete as soon as nothing more is available, so a conversation never waits, and
 * when it is full or its time is over. While no other channel waits, it may grow beyond the size of a bulk message: to four
 * times that on a fast link, and to the buffer size when it will be compressed.
 *
 * <p>A batch that has begun reads only what is available, so no error can come between bytes that were read and their batch.
 */
final class Batcher implements AutoCloseable {
    /** The largest buffer that a waiting read holds, because many channels are idle. */
    static final int PARKED = 1024;
    /** How long a batch may grow on a slow stream, whose source trickles without a pause. */
    private static final long TRICKLE_TIME = TimeUnit.MILLISECONDS.toNanos(1);
    private static final byte[] NOTHING = {};

    /** What limits the size of a batch, asked for each one, and what counts its memory. */
    interface Circumstances {
        /** Whether other channels wait, which no large batch may hold up. */
        boolean isCrowded();

        /** Whether a large batch delays other channels little. */
        boolean isFast();

        /** Whether memory is so short that a batch should be small. */
        boolean isTight();

        /** Whether batches are sealed: they leave room for that, and are not compressed. */
        default boolean isSealed() {
            return false;
        }

        /** Charges for bytes that are buffered while the source or credit is waited for; a negative number releases them. */
        void lend(int bytes);

        /** The circumstances of a sender to this channel. */
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
            return channel.memory().isShort();
        }

        @Override
        public boolean isSealed() {
            return channel.isSealed();
        }

        @Override
        public void lend(int bytes) {
            channel.memory().lend(bytes);
        }
    }

    private final InputStream in;
    /** The channel of the same source, read into direct buffers; null when there is none. */
    private final ReadableByteChannel channel;
    private final BufferPool pool;
    private final BatchOptions options;
    private final LongSupplier clock;
    private final Circumstances circumstances;
    private final BatchDelay delay;
    /** Free bytes in front of a batch. */
    private final int front;
    private final int limit;
    private final long leastTime;
    private final ByteBuffer parked;
    private CompressionChoice compression;
    private boolean busy;
    /** Whether the last batch was full, so that most likely there is more. */
    private boolean full;
    /** Whether the last batch was at least as large as a bulk message. */
    private boolean bulk;

    /** The rest of a batch that has grown and did not compress; sent in pieces. */
    private byte[] pieces = NOTHING;
    private int pieceStart;

    /** @param clock as {@link System#nanoTime} */
    Batcher(InputStream in, BatchOptions options, LongSupplier clock, Circumstances circumstances) {
        this(in, null, options, clock, circumstances);
    }

    /** @param channel the channel of the same source, from which bulk is read without a copy; null for none */
    Batcher(InputStream in, ReadableByteChannel channel, BatchOptions options, LongSupplier clock, Circumstances circumstances) {
        this.circumstances = circumstances;
        this.in = in;
        this.channel = circumstances.isSealed() ? null : channel;
        this.pool = this.channel == null ? BufferPool.HEAP : BufferPool.DIRECT;
        this.options = circumstances.isSealed() ? options.uncompressed() : options;
        this.front = room(circumstances.isSealed());
        this.clock = clock;
        this.delay = new BatchDelay(options, clock.getAsLong());
        this.limit = Math.min(options.bufferSize(), BufferPool.SIZE - front);
        this.leastTime = Math.min(TRICKLE_TIME, options.maxDelay().toNanos());
        this.parked = ByteBuffer.allocate(Math.min(limit, PARKED));
    }

    /** Free bytes in front of stream bytes, for what is written there when they are sent. */
    static int room(boolean sealed) {
        return MessageWriter.DATA_ROOM + (sealed ? RecordWriter.ROOM : 0);
    }

    /** Whether {@link #next} would return without waiting. */
    boolean hasMore() throws IOException {
        return pieces.length > 0 || in.available() > 0;
    }

    /** Waits for the next batch; null at the end of the stream. */
    Batch next() throws IOException {
        if (pieces.length > 0) {
            return nextPiece();
        }
        if (busy && (full || in.available() > 0) && !circumstances.isTight()) {
            return gatherPatiently(isLargeWelcome() ? pool.takeLarge() : pool.take());
        }
        int count = in.read(parked.array(), 0, parked.capacity());
        if (count < 0) {
            return null;
        }
        busy = count == parked.capacity() && count < limit && in.available() > 0;
        if (busy && !circumstances.isTight()) {
            ByteBuffer buffer = pool.take();
            buffer.put(front, parked, 0, count);
            return gather(buffer, count);
        }
        delay.onBatch(count, clock.getAsLong());
        Slice read = new Slice(parked, 0, count);
        Batch packed = isWorthATry(count) && compression.isPromising(read) ? pack(read) : null;
        return packed == null ? copy(read) : packed;
    }

    private boolean isLargeWelcome() {
        return bulk && options.dynamic() && circumstances.isFast() && !circumstances.isCrowded();
    }

    /** Charges for the buffer meanwhile, because the source may be silent after all. */
    private Batch gatherPatiently(ByteBuffer buffer) throws IOException {
        circumstances.lend(buffer.capacity());
        try {
            return gather(buffer, 0);
        } finally {
            circumstances.lend(-buffer.capacity());
        }
    }

    /** Null at the end of the stream. */
    private Batch gather(ByteBuffer buffer, int filled) throws IOException {
        long deadline = clock.getAsLong() + Math.max(delay.nanos(), leastTime);
        int room = Math.min(options.bufferSize(), buffer.capacity() - front);
        int length = fill(buffer, filled, room, deadline);
        if (length == 0) {
            BufferPool.release(buffer);
            return null;
        }
        full = length == room;
        bulk = length >= limit;
        Slice data = new Slice(buffer, front, length);
        Batch packed = isWorthATry(length) ? compress(data, deadline) : null;
        if (packed != null) {
            return packed;
        }
        delay.onBatch(length, clock.getAsLong());
        // A small batch gets a buffer of its own size, because the replay buffer keeps both.
        if (length > buffer.capacity() / BufferPool.WASTE - front) {
            return new Batch(Compression.NONE, data);
        }
        Batch batch = copy(data);
        BufferPool.release(buffer);
        return batch;
    }

    /** Reads what is available, up to the limit and the deadline; returns the length of what the buffer then holds. */
    private int fill(ByteBuffer buffer, int filled, int limit, long deadline) throws IOException {
        int length = filled;
        do {
            int count = read(buffer, front + length, limit - length);
            if (count < 0) {
                break;
            }
            length += count;
        } while (length < limit && options.dynamic() && in.available() > 0 && clock.getAsLong() - deadline < 0);
        return length;
    }

    private int read(ByteBuffer buffer, int at, int length) throws IOException {
        return buffer.isDirect() ? channel.read(buffer.slice(at, length)) : in.read(buffer.array(), at, length);
    }

    // --- compression -----------------------------------------------------------------------------------------------

    /**
     * Whether this batch, or a larger one that begins with it, may be compressed, and the stream has not failed to shrink
     * lately.
     */
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

    /** Returns the batch to send in place of the data; null to send the data as it is. */
    private Batch compress(Slice data, long deadline) throws IOException {
        int length = data.length();
        boolean grows = full && canGrow(length) && in.available() > 0 && !circumstances.isCrowded()
                && !circumstances.isTight();
        if (!grows && length < options.compressFrom() || !compression.isPromising(data)) {
            return null;
        }
        if (grows) {
            return grow(data, deadline);
        }
        Batch packed = pack(data);
        if (packed != null) {
            delay.onBatch(length, clock.getAsLong());
            data.release();
        }
        return packed;
    }

    /** Null when that does not pay. */
    private Batch pack(Slice data) {
        Slice packed = data.length() < options.compressFrom() ? null : Gzip.compress(data, front);
        boolean pays = packed != null && CompressionChoice.pays(data.length(), packed.length());
        compression.onResult(pays);
        return pays ? new Batch(Compression.GZIP, packed) : null;
    }

    /** Lets a full buffer grow; if the result does not compress, returns the buffer as it is and holds the rest in pieces. */
    private Batch grow(Slice begun, long deadline) throws IOException {
        ByteBuffer large = ByteBuffer.allocate(front + options.bufferSize());
        begun.copyTo(large.array(), front);
        int filled = begun.length();
        int length = fill(large, filled, options.bufferSize(), deadline);
        delay.onBatch(length, clock.getAsLong());
        Batch packed = pack(new Slice(large, front, length));
        if (packed != null) {
            begun.release();
            return packed;
        }
        hold(Arrays.copyOfRange(large.array(), front + filled, front + length));
        return new Batch(Compression.NONE, begun);
    }

    private Batch nextPiece() {
        int length = Math.min(limit, pieces.length - pieceStart);
        Batch piece = copy(new Slice(pieces, pieceStart, length));
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

    /** Drops the pieces that were not sent. */
    @Override
    public void close() {
        hold(NOTHING);
    }

    private Batch copy(Slice source) {
        ByteBuffer buffer = BufferPool.HEAP.atLeast(front + source.length());
        source.copyTo(buffer.array(), front);
        return new Batch(Compression.NONE, new Slice(buffer, front, source.length()));
    }
}
