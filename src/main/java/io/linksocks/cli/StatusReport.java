package io.linksocks.cli;

import io.linksocks.util.TimeText;
import io.linksocks.util.TokenText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The answers of a server's API as tables, without what an older server lacks. */
final class StatusReport {
    private final PrintStream out;

    StatusReport(PrintStream out) {
        this.out = out;
    }

    /** @param clients null when the server lacks the call, as {@code channels} */
    void print(String server, Map<?, ?> status, Map<?, ?> clients, Map<?, ?> channels) {
        Map<?, ?> totals = members(status, "totals");
        out.println("LinkSocks " + OneLine.of(text(status, "version")) + " at " + server
                + (totals.isEmpty() ? "" : ", up for " + TimeText.ofSeconds(number(totals, "uptime_seconds"))));
        List<Map<?, ?>> draining = list(status, "draining");
        if (!draining.isEmpty()) {
            print("Draining", draining(draining));
        }
        if (!members(status, "cluster").isEmpty()) {
            print("Cluster", cluster(members(status, "cluster")));
        }
        print("Tokens", tokens(list(status, "tokens")));
        if (clients != null) {
            print(title("Clients", list(clients, "clients"), clients), clients(list(clients, "clients")));
        }
        if (channels != null) {
            print(title("Channels", list(channels, "channels"), channels), channels(list(channels, "channels")));
        }
        if (!totals.isEmpty()) {
            print("Totals", totals(totals));
        }
        print("Refused", List.of(nonZero(members(status, "refused"))));
    }

    private void print(String title, List<String> lines) {
        out.println();
        out.println(title);
        lines.forEach(line -> out.println("  " + line));
    }

    private static String title(String title, List<Map<?, ?>> shown, Map<?, ?> answer) {
        long total = number(answer, "total");
        return title + (total > shown.size() ? " (" + shown.size() + " of " + total + ")" : "");
    }

    /** Servers of the host that end with their last channel. */
    private static List<String> draining(List<Map<?, ?>> servers) {
        Table table = new Table().number("PROCESS").number("SESSIONS").number("CHANNELS").number("AT MOST");
        for (Map<?, ?> server : servers) {
            table.row(text(server, "pid"), text(server, "sessions"), text(server, "channels"),
                    TimeText.ofSeconds(number(server, "seconds")));
        }
        return table.lines();
    }

    private static List<String> cluster(Map<?, ?> cluster) {
        Table table = new Table().text("NODE").text("URL").text("VERSION").text("STATE").number("PROVIDERS");
        for (Map<?, ?> node : list(cluster, "nodes")) {
            String state = members(node, "draining").isEmpty() ? "" : "draining";
            long providers = list(cluster, "providers").stream().filter(row -> text(row, "node").equals(text(node, "id")))
                    .mapToLong(row -> number(row, "sessions")).sum();
            table.row(text(node, "name"), text(node, "url"), text(node, "version"),
                    Boolean.TRUE.equals(node.get("own")) ? (state + " this one").strip() : state, Long.toString(providers));
        }
        List<String> lines = new ArrayList<>(table.lines());
        if (cluster.containsKey("stale_reason")) {
            lines.add("stale for " + TimeText.ofSeconds(number(cluster, "stale_seconds")) + ": " + OneLine.of(text(cluster, "stale_reason")));
        }
        return lines;
    }

    private static List<String> tokens(List<Map<?, ?>> tokens) {
        Table table = new Table().text("TOKEN").text("TYPE").number("CLIENTS").number("CHANNELS").number("PORT")
                .text("CONNECTORS");
        for (Map<?, ?> token : tokens) {
            table.row(name(token), text(token, "type"), text(token, "clients_count"),
                    text(token, "channels"), number(token, "port") > 0 ? text(token, "port") : "",
                    String.join(" ", texts(token, "connector_tokens").stream().map(TokenText::label).toList()));
        }
        return orNone(table, tokens);
    }

    private static String name(Map<?, ?> token) {
        String name = orElse(text(token, "name"), TokenText.label(text(token, "token")));
        return Boolean.TRUE.equals(token.get("disabled")) ? name + " (disabled)" : name;
    }

    private static String orElse(String text, String other) {
        return text.isEmpty() ? other : text;
    }

    private static List<String> clients(List<Map<?, ?>> clients) {
        Table table = new Table().number("ID").text("ROLE").text("TOKEN").text("ADDRESS").text("PROGRAM")
                .text("EXTENSIONS").number("ROUND TRIP").number("RESUMES").number("CONNECTED").number("CHANNELS")
                .number("IN").number("OUT");
        for (Map<?, ?> client : clients) {
            table.row(text(client, "id"), text(client, "role"), orElse(text(client, "token_name"), text(client, "token")), text(client, "address"),
                    text(client, "version"), String.join(" ", texts(client, "extensions")), roundTrip(client),
                    text(client, "resumes"), TimeText.ofSeconds(number(client, "connected_seconds")), text(client, "channels"),
                    Quantity.bytes(number(client, "bytes_in")), Quantity.bytes(number(client, "bytes_out")));
        }
        return orNone(table, clients);
    }

    private static String roundTrip(Map<?, ?> client) {
        if (Boolean.FALSE.equals(client.get("attached"))) {
            return "away";
        }
        return client.get("round_trip_ms") instanceof Number millis
                ? String.format(Locale.ROOT, "%.1f ms", millis.doubleValue()) : "";
    }

    private static List<String> channels(List<Map<?, ?>> channels) {
        Table table = new Table().number("CLIENT").text("PROTOCOL").text("TARGET").number("IN").number("OUT")
                .number("QUEUED").number("AGE").number("IDLE");
        for (Map<?, ?> channel : channels) {
            table.row(text(channel, "client"), text(channel, "protocol"), text(channel, "target"),
                    Quantity.bytes(number(channel, "bytes_in")), Quantity.bytes(number(channel, "bytes_out")),
                    Quantity.bytes(number(channel, "queued_bytes")), TimeText.ofSeconds(number(channel, "age_seconds")),
                    TimeText.ofSeconds(number(channel, "idle_seconds")));
        }
        return orNone(table, channels);
    }

    private static List<String> totals(Map<?, ?> totals) {
        Table table = new Table().text("").number("IN").number("OUT");
        table.row("bytes", Quantity.bytes(number(totals, "bytes_in")), Quantity.bytes(number(totals, "bytes_out")));
        table.row("messages", text(totals, "messages_in"), text(totals, "messages_out"));
        Stream<String> counts = Stream.of("channels_opened", "resumes", "stalls", "dropped_datagrams", "auth_failures")
                .map(name -> text(totals, name) + " " + words(name));
        Stream<String> bytes = Stream.of(Quantity.bytes(number(totals, "queued_bytes")) + " queued",
                Quantity.bytes(number(totals, "replay_bytes")) + " to replay");
        List<String> lines = new ArrayList<>(table.lines());
        lines.add(Stream.concat(counts, bytes).collect(Collectors.joining(", ")));
        lines.add("dial errors: " + nonZero(members(totals, "dial_errors")));
        return lines;
    }

    private static String nonZero(Map<?, ?> counts) {
        List<String> parts = new ArrayList<>();
        counts.forEach((name, count) -> {
            if (count instanceof Long number && number > 0) {
                parts.add(number + " " + words(OneLine.of(String.valueOf(name))));
            }
        });
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    private static List<String> orNone(Table table, List<Map<?, ?>> rows) {
        return rows.isEmpty() ? List.of("none") : table.lines();
    }

    // Values that are absent or of another type count as empty.

    private static String text(Map<?, ?> members, String name) {
        Object value = members.get(name);
        return value == null ? "" : String.valueOf(value);
    }

    private static long number(Map<?, ?> members, String name) {
        return members.get(name) instanceof Long number ? number : 0;
    }

    private static Map<?, ?> members(Map<?, ?> members, String name) {
        return members.get(name) instanceof Map<?, ?> inner ? inner : Map.of();
    }

    private static List<String> texts(Map<?, ?> members, String name) {
        return members.get(name) instanceof List<?> texts ? texts.stream().map(String::valueOf).toList() : List.of();
    }

    private static List<Map<?, ?>> list(Map<?, ?> members, String name) {
        return members.get(name) instanceof List<?> elements
                ? elements.stream().<Map<?, ?>>map(StatusReport::row).toList()
                : List.of();
    }

    private static Map<?, ?> row(Object element) {
        return element instanceof Map<?, ?> row ? row : Map.of();
    }

    /** Rows in columns as wide as their widest cell. Nothing in a cell can break out of its row. */
    static final class Table {
        private static final String GAP = "  ";
        /** What an absent value looks like. */
        private static final String NONE = "-";

        private final List<List<String>> rows = new ArrayList<>();
        private final List<Boolean> right = new ArrayList<>();
        private final List<String> head = new ArrayList<>();

        /** One more column, for texts. */
        Table text(String title) {
            head.add(title);
            right.add(false);
            return this;
        }

        /** One more column, for numbers. */
        Table number(String title) {
            head.add(title);
            right.add(true);
            return this;
        }

        /** @param cells as many as there are columns; empty and null ones are shown as absent */
        void row(String... cells) {
            List<String> row = new ArrayList<>(cells.length);
            for (String cell : cells) {
                row.add(cell == null || cell.isEmpty() ? NONE : OneLine.of(cell));
            }
            rows.add(row);
        }

        /** The lines of the table, the titles first. */
        List<String> lines() {
            List<List<String>> all = new ArrayList<>(rows);
            all.addFirst(head);
            int[] widths = new int[head.size()];
            for (List<String> row : all) {
                for (int i = 0; i < widths.length; i++) {
                    widths[i] = Math.max(widths[i], width(row.get(i)));
                }
            }
            return all.stream().map(row -> line(row, widths)).toList();
        }

        private String line(List<String> row, int[] widths) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                int padding = widths[i] - width(row.get(i));
                line.append(i == 0 ? "" : GAP).repeat(' ', right.get(i) ? padding : 0).append(row.get(i))
                        .repeat(' ', right.get(i) ? 0 : padding);
            }
            return line.toString().stripTrailing();
        }

        private static int width(String cell) {
            return cell.codePointCount(0, cell.length());
        }
    }
}
