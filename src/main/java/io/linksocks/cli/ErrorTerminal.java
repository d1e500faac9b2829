package io.linksocks.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Whether there is a terminal behind standard error. Java knows that of standard input and output alone, and of those only
 * together.
 */
final class ErrorTerminal {
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/2");
    /** Terminals that can't take back what they have shown, and none at all. */
    private static final Set<String> UNFIT = Set.of("", "dumb", "unknown");

    private ErrorTerminal() {}

    /** Whether a line can be shown there and taken back. */
    static boolean isPresent(Terminal terminal) {
        String kind = terminal.variable("TERM");
        return terminal.err() == System.err && kind != null && !UNFIT.contains(kind) && isTerminal();
    }

    private static boolean isTerminal() {
        try {
            return Files.isSymbolicLink(DESCRIPTOR)
                    ? isTerminal(Files.readSymbolicLink(DESCRIPTOR).toString())
                    : new ProcessBuilder("test", "-t", "2").redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean isTerminal(String device) {
        return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
    }
}
