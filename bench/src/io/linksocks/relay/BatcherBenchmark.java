package io.linksocks.relay;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

/** One batch, from a source that gives so many random bytes a read: a conversation, or a download on a fast link. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatcherBenchmark {
    @Param({"64", "131072"})
    private int read;

    private Batcher batcher;

    @Setup
    public void open() {
        batcher = new Batcher(new Source(read), BatchOptions.DEFAULT, System::nanoTime, new Quiet());
    }

    @Benchmark
    public int next() throws IOException {
        Batch batch = batcher.next();
        batch.data().release();
        return batch.length();
    }

    /** Nobody else waits, and the link is fast. */
    private static final class Quiet implements Batcher.Circumstances {
        private final AtomicLong lent = new AtomicLong();

        @Override
        public void lend(int bytes) {
            lent.addAndGet(bytes);
        }

        @Override
        public boolean isCrowded() {
            return false;
        }

        @Override
        public boolean isFast() {
            return true;
        }

        @Override
        public boolean isTight() {
            return false;
        }
    }

    /** Has one read to give at a time when it is a small one, and always more when it is large. */
    private static final class Source extends InputStream {
        private final byte[] bytes;

        Source(int read) {
            bytes = new byte[read];
            new Random(1).nextBytes(bytes);
        }

        @Override
        public int read() {
            return bytes[0];
        }

        @Override
        public int read(byte[] array, int offset, int length) {
            int count = Math.min(length, bytes.length);
            System.arraycopy(bytes, 0, array, offset, count);
            return count;
        }

        @Override
        public int available() {
            return bytes.length > 1024 ? bytes.length : 0;
        }
    }
}
