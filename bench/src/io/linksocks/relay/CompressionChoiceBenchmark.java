package io.linksocks.relay;

import io.linksocks.protocol.Slice;
import java.nio.charset.StandardCharsets;
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

/** The question whether a bulk message of 64 KiB would shrink, which incompressible streams pay for now and then. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CompressionChoiceBenchmark {
    private static final int LENGTH = 64 << 10;

    @Param({"text", "random"})
    private String content;

    private byte[] data;
    private CompressionChoice choice;

    @Setup
    public void fill() {
        data = "a row of a table; ".repeat(LENGTH).substring(0, LENGTH).getBytes(StandardCharsets.US_ASCII);
        if (content.equals("random")) {
            new Random(1).nextBytes(data);
        }
        choice = new CompressionChoice();
    }

    @Benchmark
    public boolean isPromising() {
        return choice.isPromising(new Slice(data, 0, LENGTH));
    }

    /** What every other message of such a stream pays. */
    @Benchmark
    public boolean skips() {
        return choice.skips(0);
    }
}
