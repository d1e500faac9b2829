package io.linksocks.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The streams and the environment that a command runs with.
 *
 * @param out         what was asked for: help, a version, a token
 * @param err         the log and errors
 * @param environment the environment variables
 */
record Terminal(PrintStream out, PrintStream err, Map<String, String> environment) {
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/2");
    /** Values of TERM without control sequences. */
    private static final Set<String> UNFIT = Set.of("", "dumb", "unknown");

    /** The variable without surrounding blanks; null when nothing is left. */
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** @throws IOException when standard output refused something, for example because the disk is full */
    void checkOutput() throws IOException {
        if (out.checkError()) {
            throw new IOException("can't write to standard output");
        }
    }

    /**
     * Whether standard error is a terminal that understands control sequences. Java tells only whether standard input
     * and output both are one.
     */
    boolean hasControls() {
        String kind = variable("TERM");
        return err == System.err && kind != null && !UNFIT.contains(kind) && isTerminal();
    }

    /** Whether to write in color there, unless NO_COLOR has a value (no-color.org). */
    boolean hasColor() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty() && hasControls();
    }

    private static boolean isTerminal() {
        try {
            if (Files.isSymbolicLink(DESCRIPTOR)) {
                return isTerminal(Files.readSymbolicLink(DESCRIPTOR).toString());
            }
            ProcessBuilder test = new ProcessBuilder("test", "-t", "2").redirectError(ProcessBuilder.Redirect.INHERIT);
            return test.start().waitFor() == 0;
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
