package io.linksocks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * How long the threads of a benchmark ran, and were ready to run but had no processor, in nanoseconds per operation. On a busy
 * machine {@code make bench-check} takes the second off the time of a benchmark. Both are 0 where there is no schedstat, which
 * is Linux's.
 */
public final class SchedulerProfiler implements InternalProfiler {
    private static final Path TASKS = Path.of("/proc/self/task");
    /** How the system's names of JMH's threads begin: they are named after the class of the benchmark, but cut. */
    private static final String THREADS = "io.link";

    private Schedule before;

    /** Nanoseconds. */
    private record Schedule(long run, long delay) {
        static Schedule now() {
            long run = 0;
            long delay = 0;
            if (Files.exists(TASKS)) {
                try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
                    for (Path task : tasks) {
                        Schedule one = of(task);
                        run += one.run;
                        delay += one.delay;
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return new Schedule(run, delay);
        }

        private static Schedule of(Path task) {
            try {
                if (Files.readString(task.resolve("comm")).startsWith(THREADS)) {
                    String[] numbers = Files.readString(task.resolve("schedstat")).split(" ");
                    return new Schedule(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
                }
                return new Schedule(0, 0);
            } catch (IOException e) {
                // The thread has ended, or the system keeps no such numbers.
                return new Schedule(0, 0);
            }
        }
    }

    @Override
    public String getDescription() {
        return "Time that threads of the benchmark ran, and waited for a processor";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = Schedule.now();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
            IterationResult result) {
        Schedule now = Schedule.now();
        double operations = Math.max(1, result.getMetadata().getAllOps());
        return List.of(perOperation("run.time", (now.run - before.run) / operations),
                perOperation("run.delay", (now.delay - before.delay) / operations));
    }

    private static ScalarResult perOperation(String name, double nanos) {
        return new ScalarResult(name, nanos, "ns/op", AggregationPolicy.AVG);
    }
}
