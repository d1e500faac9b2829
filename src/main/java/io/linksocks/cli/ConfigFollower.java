package io.linksocks.cli;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.util.FollowedFile;
import io.linksocks.util.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Applies a tunnel file and its changes. An invalid file changes nothing: an editor may still be writing it. */
final class ConfigFollower {
    private static final System.Logger LOG = System.getLogger(ConfigFollower.class.getName());

    private final ConfigFile file;
    private final TunnelSet tunnels;
    private final ProcessLog log;
    private final Duration settleTime;
    private FollowedFile followed;
    private List<String> problems = List.of();

    /** @param settleTime how long a change must stay the same before it counts */
    ConfigFollower(ConfigFile file, TunnelSet tunnels, ProcessLog log, Duration settleTime) {
        this.settleTime = settleTime;
        this.file = file;
        this.tunnels = tunnels;
        this.log = log;
    }

    /** @throws ConfigException when there is nothing to begin with */
    void begin() throws ConfigException, InterruptedException {
        try {
            followed = new FollowedFile(file.source(), settleTime);
        } catch (IOException e) {
            throw new ConfigException(Reason.of(e));
        }
        become(followed.text());
    }

    /** @param asked whether to read a file that has not changed as well, and to try again what has failed */
    void refresh(boolean asked) throws InterruptedException {
        try {
            if (hasChanged(asked)) {
                report(become(followed.text()));
            }
            problems = List.of();
        } catch (ConfigException e) {
            report(e.problems(), asked);
        }
        if (asked) {
            tunnels.hurry();
        }
    }

    private boolean hasChanged(boolean asked) throws ConfigException {
        try {
            if (asked) {
                followed.reread();
            }
            return asked || followed.refresh();
        } catch (IOException e) {
            throw new ConfigException(Reason.of(e));
        }
    }

    private TunnelSet.Changes become(String now) throws ConfigException, InterruptedException {
        Config config = file.parse(now);
        log.become(config.process());
        file.warnIfPublic(config);
        config.check(tunnels.specs(), false);
        return tunnels.become(config.tunnels());
    }

    /** Once, and not every few seconds. */
    private void report(List<String> now, boolean asked) {
        if (asked || !now.equals(problems)) {
            now.forEach(problem -> LOG.log(ERROR, () -> file.path() + ": " + problem));
            LOG.log(ERROR, () -> file.path() + ": everything stays as it was");
        }
        problems = now;
    }

    private void report(TunnelSet.Changes changes) {
        LOG.log(INFO, () -> file.path() + " read again: " + list("started", changes.started())
                + list("restarted", changes.restarted()) + list("closed", changes.closed())
                + "unchanged: " + changes.kept());
    }

    private static String list(String what, List<String> names) {
        return names.isEmpty() ? "" : what + ": " + String.join(", ", names) + "; ";
    }
}
