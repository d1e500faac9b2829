package io.linksocks.cli;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import java.util.List;

/** Keeps tunnels as a file wants them. A file that can't be carried out changes nothing: somebody may be writing it. */
final class ConfigFollower {
    private static final System.Logger LOG = System.getLogger(ConfigFollower.class.getName());

    private final ConfigFile file;
    private final TunnelSet tunnels;
    private final ProcessLog log;
    private String text;
    private List<String> problems = List.of();

    ConfigFollower(ConfigFile file, TunnelSet tunnels, ProcessLog log) {
        this.file = file;
        this.tunnels = tunnels;
        this.log = log;
    }

    /** @throws ConfigException when there is nothing to begin with */
    void begin() throws ConfigException, InterruptedException {
        text = file.text();
        become(text);
    }

    /** @param asked whether to read a file that has not changed as well, and to try again what has failed */
    void refresh(boolean asked) throws InterruptedException {
        try {
            String now = file.text();
            if (asked || !now.equals(text)) {
                text = now;
                report(become(now));
            }
            problems = List.of();
        } catch (ConfigException e) {
            report(e.problems(), asked);
        }
        if (asked) {
            tunnels.hurry();
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
