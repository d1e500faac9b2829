package io.linksocks.websocket;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One binary message as one frame, without a socket. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmark {
    @Param({"64", "16384", "262144"})
    private int size;

    private Slice message;
    private FrameWriter writer;
    private FrameReader atServer;
    private FrameReader atClient;

    @Setup
    public void connect() throws IOException {
        byte[] array = new byte[MessageWriter.HEADROOM + size];
        new Random(1).nextBytes(array);
        message = new Slice(array, MessageWriter.HEADROOM, size);
        writer = new FrameWriter(OutputStream.nullOutputStream());
        atServer = reader(true);
        atClient = reader(false);
    }

    private FrameReader reader(boolean masked) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        new FrameWriter(frame).message(message);
        byte[] bytes = frame.toByteArray();
        return new FrameReader(new Endless(masked ? masked(bytes) : bytes), masked, Link.MESSAGE_LIMIT);
    }

    /** The frame with a key. */
    private byte[] masked(byte[] frame) {
        int header = frame.length - size;
        return ByteBuffer.allocate(frame.length + Integer.BYTES)
                .put(frame, 0, header)
                .put(1, (byte) (frame[1] | 0x80))
                .putInt(0x12345678)
                .put(frame, header, size)
                .array();
    }

    /** Not masked: server to client. */
    @Benchmark
    public void write() throws IOException {
        writer.message(message);
    }

    @Benchmark
    public Object read() throws IOException {
        return atClient.read();
    }

    @Benchmark
    public Object readMasked() throws IOException {
        return atServer.read();
    }

    /** The same bytes again and again. */
    private static final class Endless extends InputStream {
        private final byte[] bytes;
        private int position;

        Endless(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            int next = bytes[position] & 0xFF;
            advance(1);
            return next;
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            int count = Math.min(length, bytes.length - position);
            System.arraycopy(bytes, position, array, offset, count);
            advance(count);
            return count;
        }

        private void advance(int count) {
            position = (position + count) % bytes.length;
        }
    }
}
