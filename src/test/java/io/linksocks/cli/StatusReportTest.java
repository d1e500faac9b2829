package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusReportTest {
    @Test
    void columnsAreAsWideAsWhatTheyHold() {
        StatusReport.Table table = new StatusReport.Table().text("NAME").number("N").text("REST");
        table.row("a", "12345", "x");
        table.row("longer", "1", null);
        table.row("😀", "", "y z");
        assertEquals(List.of(
                "NAME        N  REST",
                "a       12345  x",
                "longer      1  -",
                "😀           -  y z"), table.lines());
    }

    @Test
    void serversThatDrainComeFirst() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Map<String, Long> server = Map.of("pid", 4711L, "sessions", 2L, "channels", 3L, "seconds", 3540L);
        new StatusReport(new PrintStream(text, true, StandardCharsets.UTF_8)).print("ws://server.example",
                Map.of("version", "1", "draining", List.of(server)), null, null);
        assertEquals(List.of("Draining", "  PROCESS  SESSIONS  CHANNELS  AT MOST", "     4711         2         3   59 min"),
                text.toString(StandardCharsets.UTF_8).lines().skip(2).limit(3).toList());
    }

    @Test
    void aCellStaysInItsRow() {
        StatusReport.Table table = new StatusReport.Table().text("A").text("B");
        table.row("a\nb", "\u001b[2J");
        assertEquals(List.of("A     B", "a\\nb  \\u001b[2J"), table.lines());
    }
}
