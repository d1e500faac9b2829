package io.linksocks.cli;

import io.linksocks.util.FollowedFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code linksocks run}: the servers and clients of a file, side by side, as the file is now. */
final class RunCommand extends Command {
    private static final Option CHECK = Option.toggle("check",
            "only read the file and those that it names, and tell what is wrong; opens no port");
    private static final OptionTable TABLE = OptionTable.of(CHECK).with(CommonOptions.COMMON).operand("file");
    /** How often to look whether the file has changed: soon for a person, rare for the machine. */
    private static final Duration PERIOD = Duration.ofSeconds(2);

    RunCommand() {
        super("run", "run the servers and clients that a file describes, and follow its changes", TABLE,
                "linksocks run tunnels.json", "linksocks run --check tunnels.json", "kill -HUP PID");
    }

    @Override
    int run(OptionValues flags, Terminal terminal) throws UsageException, InterruptedException {
        ConfigFile file = new ConfigFile(path(flags.operand()));
        ProcessLog log = new ProcessLog(table(), flags, terminal);
        try {
            if (flags.isOn(CHECK)) {
                check(file, log, terminal);
            } else {
                serve(file, log, terminal);
            }
            return ExitCode.OK;
        } catch (ConfigException e) {
            for (String problem : e.problems()) {
                LogHandler.print(terminal.err(),
                        "linksocks run: " + OneLine.of(file.path() + ": " + problem) + System.lineSeparator());
            }
            return ExitCode.USAGE;
        }
    }

    private static Path path(String operand) throws UsageException {
        if (operand == null) {
            throw new UsageException("a file is missing: linksocks run FILE");
        }
        try {
            return Path.of(operand);
        } catch (InvalidPathException e) {
            throw new UsageException(OneLine.quote(operand) + " can't be a file: " + e.getReason());
        }
    }

    private static void check(ConfigFile file, ProcessLog log, Terminal terminal) throws ConfigException {
        Config config = file.parse(file.text());
        log.become(config.process());
        file.warnIfPublic(config);
        config.check(List.of(), true);
        terminal.out().println(file.path() + " is valid: "
                + (config.tunnels().isEmpty() ? "no tunnels" : String.join(", ", config.names())));
    }

    private static void serve(ConfigFile file, ProcessLog log, Terminal terminal)
            throws ConfigException, InterruptedException {
        try (HangUpSignal hangUp = HangUpSignal.expect(); StopSignal stop = StopSignal.expect();
                TunnelSet tunnels = new TunnelSet(terminal)) {
            stop.first(tunnels::close);
            ConfigFollower follower = new ConfigFollower(file, tunnels, log, FollowedFile.SETTLE_TIME);
            follower.begin();
            hangUp.report();
            while (true) {
                follower.refresh(hangUp.await(PERIOD));
            }
        }
    }
}
