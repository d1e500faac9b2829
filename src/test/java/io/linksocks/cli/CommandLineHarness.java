package io.linksocks.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Runs command lines in this process and keeps what they print. */
final class CommandLineHarness {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal;

    private CommandLineHarness(Map<String, String> environment) {
        terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), environment);
    }

    /** What a finished command line left behind. */
    record Outcome(int code, String out, String err) {}

    /** An empty argument line means no arguments. */
    static Outcome run(String line) {
        return run(Map.of(), line.isEmpty() ? new String[0] : line.split(" "));
    }

    static Outcome run(Map<String, String> environment, String... arguments) {
        CommandLineHarness harness = new CommandLineHarness(environment);
        int code = new CommandLine(harness.terminal).run(arguments);
        return new Outcome(code, harness.out.toString(StandardCharsets.UTF_8),
                harness.err.toString(StandardCharsets.UTF_8));
    }

    /** A terminal whose output nobody reads. */
    static Terminal terminal(Map<String, String> environment) {
        return new CommandLineHarness(environment).terminal;
    }
}
