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
                Map.of("version", "1", "draining", List.of(server)), null, null,
                new StatusReport.View("", null, 10, 10));
        assertEquals(List.of("Draining", "  PROCESS  SESSIONS  CHANNELS  AT MOST", "     4711         2         3   59 min"),
                text.toString(StandardCharsets.UTF_8).lines().skip(2).limit(3).toList());
    }

    @Test
    void listsAreSortedByTheColumnThatTheyHaveAndCut() {
        List<Map<String, Object>> clients = List.of(
                Map.of("id", 1L, "address", "B:1", "bytes_out", 5_000L), Map.of("id", 2L, "address", "a:1", "bytes_out", 70L),
                Map.of("id", 3L, "address", "c:1", "bytes_out", 900_000L, "round_trip_ms", 7.5));
        assertEquals(List.of("1", "2", "3"), ids(clients, "target", 10));
        assertEquals(List.of("3", "1", "2"), ids(clients, "out", 10));
        assertEquals(List.of("3", "1"), ids(clients, "out", 2));
        assertEquals(List.of("2", "1", "3"), ids(clients, "address", 10));
        assertEquals(List.of("3", "1"), ids(clients, "round-trip", 2));
    }

    private static List<String> ids(List<Map<String, Object>> clients, String sort, int limit) {
        List<String> lines = print(Map.of("version", "1"), Map.of("total", 3L, "clients", clients),
                new StatusReport.View("", sort, limit, 10));
        int title = lines.indexOf(limit < 3 ? "Clients (" + limit + " of 3)" : "Clients");
        return lines.subList(title + 2, title + 2 + Math.min(3, limit)).stream().map(line -> line.strip().split(" ")[0]).toList();
    }

    @Test
    void tokensAreSearchedInAllOfTheirText() {
        Map<String, Object> tokens = Map.of("version", "1", "tokens", List.of(
                Map.of("token", "first-token", "type", "forward", "name", "Ann's laptop"),
                Map.of("token", "second-token", "type", "reverse", "port", 9870L, "connector_tokens", List.of("third-token")),
                Map.of("token", "fourth-token", "type", "forward")));
        assertEquals(List.of("Ann's laptop"), names(tokens, "LAPTOP"));
        assertEquals(List.of("Ann's laptop"), names(tokens, "first"));
        assertEquals(List.of("sec…"), names(tokens, "9870"));
        assertEquals(List.of("sec…"), names(tokens, "third"));
        assertEquals(List.of("Ann's laptop", "fou…"), names(tokens, "forward"));
        assertEquals(List.of("none"), names(tokens, "fifth"));
    }

    private static List<String> names(Map<String, Object> status, String search) {
        return print(status, null, new StatusReport.View(search, null, 10, 10)).stream()
                .dropWhile(line -> !line.equals("Tokens")).skip(1).takeWhile(line -> !line.isEmpty())
                .map(line -> line.strip().split("  ")[0]).filter(name -> !name.equals("TOKEN")).toList();
    }

    private static List<String> print(Map<?, ?> status, Map<?, ?> clients, StatusReport.View view) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        new StatusReport(new PrintStream(text, true, StandardCharsets.UTF_8)).print("ws://server.example", status, clients, null,
                view);
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aCellStaysInItsRow() {
        StatusReport.Table table = new StatusReport.Table().text("A").text("B");
        table.row("a\nb", "\u001b[2J");
        assertEquals(List.of("A     B", "a\\nb  \\u001b[2J"), table.lines());
    }
}
