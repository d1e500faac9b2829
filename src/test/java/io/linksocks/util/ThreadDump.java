package io.linksocks.util;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All threads of this process with their stacks, the virtual ones too, which {@link Thread#getAllStackTraces} leaves out. */
public final class ThreadDump {
    private ThreadDump() {}

    /** The threads whose heads (number, name and kind) pass the filter, one paragraph each; "" when there are none. */
    public static String of(Predicate<String> head) {
        return paragraphs().filter(thread -> head.test(thread.lines().findFirst().orElse("")))
                .collect(Collectors.joining("\n"));
    }

    private static Stream<String> paragraphs() {
        try {
            Path folder = Files.createTempDirectory("threads");
            Path file = folder.resolve("dump");
            try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
                return Stream.of(Files.readString(file).split("\n\n"));
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
