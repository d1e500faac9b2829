package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
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
    void aCellStaysInItsRow() {
        StatusReport.Table table = new StatusReport.Table().text("A").text("B");
        table.row("a\nb", "\u001b[2J");
        assertEquals(List.of("A     B", "a\\nb  \\u001b[2J"), table.lines());
    }
}
