package io.linksocks.cli;

import io.linksocks.client.CheckStep;
import io.linksocks.client.ConnectionCheck;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/** {@code linksocks check}: takes the options of a client that does not work, and prints why. */
final class CheckCommand extends Command {
    private static final int NAME_WIDTH = 11;
    private static final OptionTable EXAMINED = OptionTable.of(ClientCommand.TOKEN, ClientCommand.TOKEN_FILE, ClientCommand.URL,
            ClientCommand.REVERSE, ClientCommand.NO_ENV_PROXY, ClientCommand.PROXY, ClientCommand.HEADER, ClientCommand.SNI,
            ClientCommand.CA, ClientCommand.INSECURE, ClientCommand.CERT, ClientCommand.KEY)
            .with(CommonOptions.RULES).with(CommonOptions.EXTENSIONS).with(CommonOptions.COMMON);

    CheckCommand() {
        super("check", "find out step by step why a client with these options fails", ClientCommand.TABLE,
                "linksocks check -t my-token -u wss://server.example",
                "linksocks check -r -t provider-token -u wss://server.example");
    }

    /** It takes the other options of a client, so that it can replace that word in a command line, but they change nothing. */
    @Override
    OptionTable helpTable() {
        return EXAMINED;
    }

    @Override
    int run(OptionValues values, Terminal terminal) throws UsageException, IOException {
        CommonOptions.startLog(table(), values, terminal, LogHandler.QUIET);
        ConnectionCheck check = ClientCommand.client().builder(values).check();
        return check.run(step -> print(step, terminal.out())) ? ExitCode.OK : ExitCode.FAILURE;
    }

    private static void print(CheckStep step, PrintStream out) {
        String outcome = switch (step.outcome()) {
            case OK -> "ok     ";
            case FAILED -> "FAILED ";
            case SKIPPED -> "skipped";
        };
        out.println(outcome + "  " + padded(step.name()) + OneLine.of(FlagNames.in(step.finding())) + time(step));
        if (!step.hint().isEmpty()) {
            out.println(" ".repeat(outcome.length() + 2 + NAME_WIDTH) + "-> " + OneLine.of(FlagNames.in(step.hint())));
        }
        out.flush();
    }

    private static String padded(String name) {
        return name + " ".repeat(Math.max(1, NAME_WIDTH - name.length()));
    }

    private static String time(CheckStep step) {
        Duration time = step.time();
        return step.outcome() == CheckStep.Outcome.SKIPPED ? "" : "  [" + time.toMillis() + " ms]";
    }
}
