package io.linksocks.cli;

import io.linksocks.util.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Finds the command, reads its options, runs it, and turns an error into one line and an exit code. */
final class CommandLine {
    private static final String PROGRAM = "linksocks";
    /** The variable for the command, so a container needs no arguments. */
    private static final String MODE = "LINKSOCKS_MODE";

    private final Terminal terminal;
    /** The prefix of error messages. */
    private String prefix = PROGRAM;
    /** The form of the log, which errors have as well. */
    private LogFormatter.Format log = LogFormatter.Format.TEXT;

    CommandLine(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs one command line to its end and returns an {@link ExitCode}. */
    int run(String... arguments) {
        try {
            int code = dispatch(List.of(arguments));
            terminal.checkOutput();
            return code;
        } catch (UsageException e) {
            e.problems().forEach(this::complain);
            return ExitCode.USAGE;
        } catch (IOException e) {
            complain(Reason.of(e));
            return ExitCode.FAILURE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.OK;
        } finally {
            LogHandler.flushAll();
        }
    }

    private int dispatch(List<String> arguments) throws UsageException, IOException, InterruptedException {
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        if (!first.isEmpty() && first.charAt(0) != '-') {
            return execute(Commands.named(first), arguments.subList(1, arguments.size()));
        }
        if (first.equals("--version")) {
            return execute(Commands.named("version"), List.of());
        }
        String mode = terminal.variable(MODE);
        if (mode != null) {
            return execute(commandOf(mode), arguments);
        }
        if (arguments.isEmpty() || first.equals("--help") || first.equals("-h")) {
            return execute(Commands.named("help"), List.of());
        }
        throw new UsageException("the command comes first, one of " + String.join(", ", Commands.NAMES));
    }

    /** The reference also names two modes by the direction of the proxy. */
    private static Command commandOf(String mode) throws UsageException {
        String word = mode.toLowerCase(Locale.ROOT);
        try {
            return Commands.named(switch (word) {
                case "forward" -> "client";
                case "reverse" -> "provider";
                default -> word;
            });
        } catch (UsageException e) {
            throw new UsageException(MODE + ": " + e.getMessage());
        }
    }

    private int execute(Command command, List<String> arguments)
            throws UsageException, IOException, InterruptedException {
        prefix = PROGRAM + " " + command.name();
        OptionValues values = OptionParser.parse(command.name(), command.table(), arguments, terminal);
        log = CommonOptions.logFormat(values);
        if (values.isOn(CommonOptions.HELP)) {
            terminal.out().print(HelpPage.of(command));
            return ExitCode.OK;
        }
        return command.run(values, terminal);
    }

    private void complain(String message) {
        String line = prefix + ": " + OneLine.of(FlagNames.in(message));
        if (log == LogFormatter.Format.TEXT) {
            LogHandler.print(terminal.err(), line + System.lineSeparator());
        } else {
            LogRecord record = new LogRecord(Level.SEVERE, line);
            record.setLoggerName(CommandLine.class.getName());
            LogHandler.print(terminal.err(), new LogFormatter(log, false).format(record));
        }
    }
}
