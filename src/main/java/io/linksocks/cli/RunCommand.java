package io.linksocks.cli;

import io.linksocks.util.FollowedFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code linksocks run}: the servers and clients of a file, restarted when the file changes. */
final class RunCommand extends Command {
    private static final Option CHECK = Option.toggle("check",
            "check the file and those that it names, without opening a port").onlyAsFlag();
    private static final OptionTable TABLE = OptionTable.of(CHECK).with(CommonOptions.COMMON).operand("file");
    /** How often to check the file for changes. */
    private static final Duration PERIOD = Duration.ofSeconds(2);

    RunCommand() {
        super("run", "run the servers and clients of a file, reloaded when it changes", TABLE,
                "linksocks run tunnels.json", "linksocks run --check tunnels.json", "kill -HUP PID");
    }

    @Override
    int run(OptionValues flags, Terminal terminal) throws UsageException, InterruptedException {
        Path path = path(flags.operand());
        try (ConfigFollower file = new ConfigFollower(path, FollowedFile.SETTLE_TIME, table(), flags, terminal)) {
            if (flags.isOn(CHECK)) {
                List<String> names = file.check().names();
                terminal.out().println(path + " is valid: " + (names.isEmpty() ? "no tunnels" : String.join(", ", names)));
            } else {
                follow(file);
            }
            return ExitCode.OK;
        } catch (UsageException e) {
            throw new UsageException(e.problems().stream().map(problem -> path + ": " + problem).toList());
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

    private static void follow(ConfigFollower file) throws UsageException, InterruptedException {
        try (CaughtSignal hangUp = CaughtSignal.expect("HUP"); StopSignal stop = StopSignal.expect()) {
            stop.first(file);
            file.begin();
            hangUp.report("no re-reading on SIGHUP here, only on a change");
            stop.drainFirst(file::drain);
            while (true) {
                file.refresh(hangUp.await(PERIOD));
            }
        }
    }
}
