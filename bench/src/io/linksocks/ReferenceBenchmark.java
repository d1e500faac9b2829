package io.linksocks;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What the machine itself can do: the yardstick of {@code make bench-check}. Nothing of the project is in here. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReferenceBenchmark {
    private byte[] source;
    private byte[] target;

    @Setup
    public void fill() {
        source = new byte[16384];
        target = new byte[source.length];
        new Random(1).nextBytes(source);
    }

    /** 16 KiB from one array to another: as fast as memory goes. */
    @Benchmark
    public byte[] copy() {
        System.arraycopy(source, 0, target, 0, source.length);
        return target;
    }

    /** A hash of 16 KiB, each step of which needs the one before: as fast as a core counts, vectors or not. */
    @Benchmark
    public int chain() {
        int hash = 1;
        for (byte b : source) {
            hash = (hash ^ b) * 0x01000193;
        }
        return hash;
    }

    /** For threads that wait for each other. */
    @State(Scope.Benchmark)
    public static class Baton {
        private final ReentrantLock turn = new ReentrantLock(true);
    }

    /** First come, first served, among eight threads: as fast as the system wakes one after the other. */
    @Benchmark
    @Threads(8)
    public void eightAtOnce(Baton baton) {
        baton.turn.lock();
        baton.turn.unlock();
    }
}
