package io.linksocks.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
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

/** One batch of the smallest size that is compressed at all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class GzipBenchmark {
    private static final int SIZE = 512 << 10;
    private static final String[] WORDS =
            "the tunnel carries each byte once and in order over a single WebSocket\n".split("(?<=\\s)");

    @Param({"text", "random"})
    private String content;

    private byte[] data;
    private Slice packed;

    @Setup
    public void fill() throws IOException {
        Random random = new Random(1);
        data = content.equals("text") ? text(random) : new byte[SIZE];
        if (content.equals("random")) {
            random.nextBytes(data);
        }
        packed = pack(data);
    }

    /** Null for random data, which is the answer that costs. */
    @Benchmark
    public Slice compress() {
        return Gzip.compress(new Slice(data, 0, data.length), MessageWriter.DATA_ROOM);
    }

    @Benchmark
    public byte[] inflate() throws ProtocolException {
        return Gzip.inflate(packed, SIZE);
    }

    private static byte[] text(Random random) {
        StringBuilder text = new StringBuilder(SIZE + 16);
        while (text.length() < SIZE) {
            text.append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.substring(0, SIZE).getBytes(StandardCharsets.US_ASCII);
    }

    private static Slice pack(byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(data);
        }
        return Slice.of(bytes.toByteArray());
    }
}
