package io.linksocks.metrics;

import io.linksocks.util.Threads;
import io.linksocks.util.Version;
import java.time.Duration;
import java.time.Instant;

/**
 * The process, under the names that Prometheus has for that. What is not asked of the management interface of the JVM needs
 * no module for it.
 */
public final class ProcessMetrics implements MetricSource {
    private static final double MILLIS_PER_SECOND = 1e3;

    @Override
    public void write(OpenMetrics out) {
        out.gauge("linksocks_build_info", "Which program this is.")
                .with("version", Version.current(), "java", Runtime.version().toString(), 1);
        ProcessHandle.Info process = ProcessHandle.current().info();
        process.startInstant().map(Instant::toEpochMilli).ifPresent(millis ->
                out.gauge("process_start_time_seconds", "When the process was started, since 1970.")
                        .is(millis / MILLIS_PER_SECOND));
        process.totalCpuDuration().map(Duration::toMillis).ifPresent(millis ->
                out.counter("process_cpu_seconds", "Processor time, of user and system.").is(millis / MILLIS_PER_SECOND));
        Runtime runtime = Runtime.getRuntime();
        out.gauge("jvm_memory_used_bytes", "Memory in use.")
                .with("area", "heap", runtime.totalMemory() - runtime.freeMemory());
        out.gauge("jvm_memory_committed_bytes", "Memory taken from the system.")
                .with("area", "heap", runtime.totalMemory());
        out.gauge("jvm_memory_max_bytes", "Most that may be taken.").with("area", "heap", runtime.maxMemory());
        out.gauge("jvm_threads_current", "Threads of the system that the JVM has.").is(platformThreads());
        out.gauge("linksocks_virtual_threads", "Virtual threads that run or wait.").is(Threads.running());
    }

    /** The group of virtual threads is below the root, as all others are. */
    private static int platformThreads() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group.activeCount();
    }
}
