package io.linksocks.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code linksocks run} for tests of other packages, without its clock: the file is looked at when they say so. */
public final class Following implements AutoCloseable {
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final ConfigFollower follower;

    public Following(Path file) throws Exception {
        PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(out, out, Map.of());
        OptionTable table = new RunCommand().table();
        OptionValues flags = OptionParser.parse("client", table, List.of(), terminal);
        follower = new ConfigFollower(file, Duration.ZERO, table, flags, terminal);
        follower.begin();
    }

    /** Time has come to look at the file, or SIGHUP. */
    public void look(boolean asked) throws InterruptedException {
        follower.refresh(asked);
    }

    /** SIGTERM; returns when the servers have drained. */
    public void drain() {
        follower.drain();
    }

    /** All that was printed. */
    public String log() {
        LogHandler.flushAll();
        return log.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        follower.close();
    }
}
