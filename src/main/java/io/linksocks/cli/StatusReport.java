package io.linksocks.cli;

import static io.linksocks.cli.Members.list;
import static io.linksocks.cli.Members.members;
import static io.linksocks.cli.Members.number;
import static io.linksocks.cli.Members.text;

import io.linksocks.util.TimeText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The answers of a server's API as tables, without what an older server lacks. */
final class StatusReport {
    /**
     * What to show of tokens, clients and channels.
     *
     * @param search   a part of their texts; empty for all
     * @param sort     the name of a column; null for the order of the server
     * @param limit    how many tokens and clients
     * @param channels how many channels
     */
    record View(String search, String sort, int limit, int channels) {}

    private final PrintStream out;

    StatusReport(PrintStream out) {
        this.out = out;
    }

    /** @param clients null when the server lacks the call, as {@code channels} */
    void print(String server, Map<?, ?> status, Map<?, ?> clients, Map<?, ?> channels, View view) {
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
        List<Map<?, ?>> tokens = list(status, "tokens").stream().filter(token -> Listing.hasText(token, view.search())).toList();
        print("Tokens", Listing.TOKENS, tokens, tokens.size(), view.sort(), view.limit());
        if (clients != null) {
            print("Clients", Listing.CLIENTS, list(clients, "clients"), number(clients, "total"), view.sort(), view.limit());
        }
        if (channels != null) {
            print("Channels", Listing.CHANNELS, list(channels, "channels"), number(channels, "total"), view.sort(),
                    view.channels());
        }
        if (!totals.isEmpty()) {
            print("Totals", totals(totals));
        }
        print("Refused", List.of(nonZero(members(status, "refused"))));
    }

    private void print(String title, Listing listing, List<Map<?, ?>> rows, long total, String sort, int limit) {
        List<Map<?, ?>> shown = listing.sorted(rows, sort).stream().limit(limit).toList();
        print(title + (total > shown.size() ? " (" + shown.size() + " of " + total + ")" : ""),
                shown.isEmpty() ? List.of("none") : listing.table(shown).lines());
    }

    private void print(String title, List<String> lines) {
        out.println();
        out.println(title);
        lines.forEach(line -> out.println("  " + line));
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
            lines.add("stale for " + TimeText.ofSeconds(number(cluster, "stale_seconds")) + ": "
                    + OneLine.of(text(cluster, "stale_reason")));
        }
        return lines;
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
