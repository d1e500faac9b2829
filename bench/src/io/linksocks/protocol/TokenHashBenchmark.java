package io.linksocks.protocol;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a server does with the token of everybody who knocks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenHashBenchmark {
    private String token;
    private String expected;
    private String wrong;

    @Setup
    public void hash() {
        token = "a token of usual length";
        expected = TokenHash.of(token);
        wrong = TokenHash.of("another token");
    }

    /** A token in the clear, as in an Auth message. */
    @Benchmark
    public boolean checkToken() {
        return TokenHash.matches(expected, TokenHash.of(token));
    }

    /** A hash, as in a URL. */
    @Benchmark
    public boolean checkHash() {
        return TokenHash.matches(expected, wrong);
    }
}
