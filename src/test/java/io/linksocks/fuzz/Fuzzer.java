package io.linksocks.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Tries a target with its seeds and with variations of them. An input that led to an outcome not seen before joins those
 * that are varied, which brings the search on without a look into the code. The same seed gives the same inputs.
 */
final class Fuzzer implements AutoCloseable {
    /** Findings beyond these are most likely the same again. */
    private static final int ENOUGH = 5;
    private static final int MAX_POOL = 2000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String name;
    private final FuzzTarget target;
    private final List<byte[]> pool;
    private final Mutator mutator;
    private final Set<String> kinds = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private long accepted;
    private long rejected;
    /** What is being tried, for the one who notices that it takes for ever. */
    private volatile byte[] current;

    /** An input for which something did not hold. */
    record Finding(byte[] input, Throwable failure) {
        String digits() {
            return HexFormat.of().formatHex(input);
        }
    }

    Fuzzer(String name, long seed) throws IOException {
        this(name, Targets.named(name), Corpus.seeds(name), seed);
    }

    Fuzzer(String name, FuzzTarget target, List<byte[]> seeds, long seed) {
        this.name = name;
        this.target = target;
        this.pool = new ArrayList<>(seeds);
        this.mutator = new Mutator(new Random(seed), target.dictionary());
    }

    String name() {
        return name;
    }

    @Override
    public void close() {
        target.close();
    }

    List<Finding> findings() {
        return findings;
    }

    long accepted() {
        return accepted;
    }

    long rejected() {
        return rejected;
    }

    byte[] current() {
        return current;
    }

    /** All seeds as they are; what is allocated for the first time does not count. */
    void trySeeds() {
        for (byte[] seed : List.copyOf(pool)) {
            attempt(seed, Long.MAX_VALUE);
        }
    }

    /** Variations; returns whether there is any point in more. */
    boolean tryVariations(int count) {
        for (int i = 0; i < count && findings.size() < ENOUGH; i++) {
            byte[] input = mutator.vary(pool);
            attempt(input, target.memory(input.length));
        }
        return findings.size() < ENOUGH;
    }

    private void attempt(byte[] input, long memory) {
        current = input;
        try {
            // Once more, for what is allocated only the first time, such as classes.
            if (run(input) > memory && run(input) > memory) {
                throw new AssertionError("more than " + memory + " bytes allocated for an input of " + input.length);
            }
        } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
            findings.add(new Finding(input, e));
        }
    }

    /** Returns how much was allocated. */
    private long run(byte[] input) throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        FuzzTarget.Outcome outcome = target.run(input.clone());
        long used = THREADS.getCurrentThreadAllocatedBytes() - before;
        note(input, outcome);
        return used;
    }

    private void note(byte[] input, FuzzTarget.Outcome outcome) {
        if (outcome.accepted()) {
            accepted++;
        } else {
            rejected++;
        }
        if (pool.size() < MAX_POOL && kinds.add(outcome.kind())) {
            pool.add(input);
        }
    }
}
