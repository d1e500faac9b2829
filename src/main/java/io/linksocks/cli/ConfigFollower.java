package io.linksocks.cli;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.json.Json;
import io.linksocks.util.FollowedFile;
import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;

/** Applies a file of tunnels and its changes. An invalid file changes nothing: an editor may still be writing it. */
final class ConfigFollower implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ConfigFollower.class.getName());

    private final Path path;
    private final FollowedFile file;
    private final OptionTable table;
    private final OptionValues flags;
    private final Terminal terminal;
    private final TunnelSet tunnels;
    private OptionValues logOptions;
    private List<String> problems = List.of();

    /**
     * Reads the file for the first time.
     *
     * @param flags      which win over the options that the file has for the process
     * @param settleTime how long a change must stay the same before it counts
     * @throws UsageException when it can't be read
     */
    ConfigFollower(Path path, Duration settleTime, OptionTable table, OptionValues flags, Terminal terminal)
            throws UsageException {
        this.path = path;
        this.table = table;
        this.flags = flags;
        this.terminal = terminal;
        this.tunnels = new TunnelSet(terminal);
        try {
            this.file = new FollowedFile(new TextFile(path, Json.MAX_LENGTH), settleTime);
        } catch (IOException e) {
            throw new UsageException(Reason.of(e));
        }
    }

    /** Checks the file and those that it names without opening a port. */
    Config check() throws UsageException {
        Config config = parse();
        config.check(List.of(), true);
        return config;
    }

    /** @throws UsageException when the file is invalid; nothing runs then */
    void begin() throws UsageException, InterruptedException {
        apply();
    }

    /** Returns when all servers have drained that are to. */
    void drain() {
        tunnels.drain();
    }

    /** @param asked whether to read a file that has not changed as well, and to try again what has failed */
    void refresh(boolean asked) throws InterruptedException {
        try {
            if (hasChanged(asked)) {
                report(apply());
            }
            problems = List.of();
        } catch (UsageException e) {
            report(e.problems(), asked);
        } catch (IOException e) {
            report(List.of(Reason.of(e)), asked);
        }
        if (asked) {
            tunnels.hurry();
        }
    }

    private boolean hasChanged(boolean asked) throws IOException {
        if (asked) {
            file.reread();
        }
        return asked || file.refresh();
    }

    private TunnelSet.Changes apply() throws UsageException, InterruptedException {
        Config config = parse();
        config.check(tunnels.specs(), false);
        if (config.tunnels().isEmpty()) {
            LOG.log(WARNING, () -> path + ": there are no tunnels in it; it is read again when it changes");
        }
        return tunnels.become(config.tunnels());
    }

    private Config parse() throws UsageException {
        Config config = ConfigReader.read(file.text(), path.toAbsolutePath().getParent());
        startLog(config.process());
        warnIfPublic(config);
        return config;
    }

    /** Sets up the log by the flags, and by the file where they say nothing. */
    private void startLog(OptionValues process) throws UsageException {
        OptionValues wanted = new OptionValues();
        for (Option option : ConfigReader.PROCESS.options()) {
            OptionValues source = flags.origin(option) == null ? process : flags;
            if (source.value(option) != null) {
                wanted.set(option, source.value(option), source.origin(option));
            }
        }
        if (logOptions == null || !logOptions.sameAs(wanted)) {
            CommonOptions.startLog(table, wanted, terminal, 0);
            logOptions = wanted;
        }
    }

    /** Warns when every user of this machine can read the tokens and passwords in the file. */
    private void warnIfPublic(Config config) {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        try {
            if (config.hasSecrets() && view != null
                    && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
                LOG.log(WARNING, () -> path + ": everybody on this machine can read the secrets in it; chmod o-r " + path);
            }
        } catch (IOException e) {
            LOG.log(WARNING, () -> path + ": can't tell who may read it: " + Reason.of(e));
        }
    }

    /** Logs the same problems only once, unless asked. */
    private void report(List<String> now, boolean asked) {
        if (asked || !now.equals(problems)) {
            now.forEach(problem -> LOG.log(ERROR, () -> path + ": " + problem));
            LOG.log(ERROR, () -> path + ": everything stays as it was");
        }
        problems = now;
    }

    private void report(TunnelSet.Changes changes) {
        LOG.log(INFO, () -> path + " read again: " + list("started", changes.started())
                + list("restarted", changes.restarted()) + list("closed", changes.closed())
                + "unchanged: " + changes.kept());
    }

    private static String list(String what, List<String> names) {
        return names.isEmpty() ? "" : what + ": " + String.join(", ", names) + "; ";
    }

    /** Closes all tunnels for good. */
    @Override
    public void close() {
        tunnels.close();
    }
}
