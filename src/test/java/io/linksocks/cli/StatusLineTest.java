package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.ClientStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class StatusLineTest {
    private static final String ERASE = "\r\u001b[J";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    private ClientStatus status = ClientStatus.builder().build();
    private long now;

    private LogHandler log() {
        LogHandler.install(stream, 0, LogFormatter.Format.TEXT);
        return LogHandler.current();
    }

    private String written() {
        LogHandler.current().flush();
        String text = out.toString(StandardCharsets.UTF_8);
        out.reset();
        return text;
    }

    private static String line(String text) {
        return "\u001b[?7l" + text + "\u001b[K\u001b[?7h\r";
    }

    @Test
    void standsBelowTheLogAndNeverInIt() {
        LogHandler log = log();
        log.showStatus(() -> "one");
        assertEquals(line("one"), written());
        log.refreshStatus();
        assertEquals("", written());
        log.publish(new LogRecord(Level.INFO, "hello"));
        String all = written();
        assertEquals(ERASE, all.substring(0, ERASE.length()));
        assertEquals("INFO  hello\n" + line("one"), all.substring(all.indexOf("INFO")));
        log.showStatus(() -> "two");
        assertEquals(ERASE + line("two"), written());
        log.hideStatus();
        assertEquals(ERASE, written());
        log.publish(new LogRecord(Level.INFO, "bye"));
        assertFalse(written().contains("\u001b"));
    }

    /** What is logged is what has just changed; debug lines come too often to ask for the status each time. */
    @Test
    void isAskedForAgainWithEachLineThatIsNews() {
        String[] state = {"not connected"};
        LogHandler log = log();
        log.showStatus(() -> state[0]);
        written();
        state[0] = "connected";
        LogHandler.print(stream, "no news\n");
        assertEquals(ERASE + "no news\n" + line("not connected"), written());
        log.publish(new LogRecord(Level.INFO, "connected to a server"));
        assertTrue(written().endsWith("INFO  connected to a server\n" + line("connected")));
    }

    @Test
    void isGoneAtTheEnd() {
        StatusLine shown = new StatusLine(log(), () -> "text");
        while (out.size() == 0) {
            Thread.onSpinWait();
        }
        shown.close();
        assertEquals(line("text") + ERASE, written());
    }

    /** The stream of this terminal is not standard error, whatever that is while the test runs. */
    @Test
    void isNotShownWhereNobodySeesIt() {
        assertFalse(CommandLineHarness.terminal(Map.of("TERM", "xterm")).hasControls());
        assertFalse(new Terminal(System.out, System.err, Map.of("TERM", "dumb")).hasControls());
        assertFalse(new Terminal(System.out, System.err, Map.of()).hasControls());
    }

    @Test
    void saysWhatIsGoingOn() {
        StatusLine.ClientText text = new StatusLine.ClientText(() -> status, 1, () -> now);
        assertSaid("not connected for 12 s | down 0 B/s | up 0 B/s | 0 channels", text, 12, status);
        assertSaid("connected | down 100 B/s | up 1.0 KiB/s | 1 channel", text, 1,
                ClientStatus.builder().connections(1).channels(1).sentBytes(1024).receivedBytes(100).build());
        assertSaid("connected 2 times, 3.5 ms | down 123 MiB/s | up 0 B/s | 3 channels | 1 resume", text, 2,
                ClientStatus.builder().connections(2).roundTrip(Duration.ofNanos(3_500_000)).channels(3).resumes(1)
                        .sentBytes(1024).receivedBytes(100 + (246L << 20)).build());
        assertSaid("connected, 250 ms | down 0 B/s | up 0 B/s | 3 channels | 2 resumes", text, 1,
                ClientStatus.builder().connections(1).roundTrip(Duration.ofMillis(250)).channels(3).resumes(2)
                        .sentBytes(1024).receivedBytes(100 + (246L << 20)).build());
        assertSaid("not connected for 2 h 5 min | down 0 B/s | up 0 B/s | 3 channels | 2 resumes", text, 7500,
                ClientStatus.builder().channels(3).resumes(2).sentBytes(1024).receivedBytes(100 + (246L << 20)).build());
    }

    @Test
    void saysWhatIsMissingOfSeveralConnections() {
        StatusLine.ClientText text = new StatusLine.ClientText(() -> status, 3, () -> now);
        for (int connections : new int[] {1, 2}) {
            assertSaid("connected " + connections + " of 3 times | down 0 B/s | up 0 B/s | 0 channels", text, 1,
                    ClientStatus.builder().connections(connections).build());
        }
        assertSaid("connected 3 times | down 0 B/s | up 0 B/s | 0 channels", text, 1,
                ClientStatus.builder().connections(3).build());
    }

    /** A line of the log may ask for the status at any time. */
    @Test
    void throughputIsThatOfASampleThatIsLongEnough() {
        StatusLine.ClientText text = new StatusLine.ClientText(() -> status, 1, () -> now);
        assertSaid("connected | down 1.0 MiB/s | up 0 B/s | 0 channels", text, 1,
                ClientStatus.builder().connections(1).receivedBytes(1 << 20).build());
        now += 1000;
        status = ClientStatus.builder().receivedBytes((1 << 20) + 1000).build();
        assertEquals("not connected for 0 s | down 1.0 MiB/s | up 0 B/s | 0 channels", text.get());
    }

    private void assertSaid(String expected, StatusLine.ClientText text, int seconds, ClientStatus then) {
        now += seconds * 1_000_000_000L;
        status = then;
        assertEquals(expected, text.get());
    }
}
