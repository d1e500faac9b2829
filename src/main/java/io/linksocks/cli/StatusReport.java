package io.linksocks.cli;

import io.linksocks.util.TokenText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the API of a server tells, as tables. What an older server does not tell is left out. */
final class StatusReport {
    private final PrintStream out;

    StatusReport(PrintStream out) {
        this.out = out;
    }

    /** @param clients null when the server does not tell, as {@code channels} */
    void print(String server, Map<?, ?> status, Map<?, ?> clients, Map<?, ?> channels) {
        Map<?, ?> totals = members(status, "totals");
        out.println("LinkSocks " + OneLine.of(text(status, "version")) + " at " + server
                + (totals.isEmpty() ? "" : ", up for " + Quantity.time(number(totals, "uptime_seconds"))));
        print("Tokens", tokens(list(status, "tokens")));
        if (clients != null) {
            print(title("Clients", list(clients, "clients").size(), clients), clients(list(clients, "clients")));
        }
        if (channels != null) {
            print(title("Channels", list(channels, "channels").size(), channels), channels(list(channels, "channels")));
        }
        if (!totals.isEmpty()) {
            print("Totals", totals(totals));
        }
        print("Refused", refused(members(status, "refused")));
    }

    private void print(String title, List<String> lines) {
        out.println();
        out.println(title);
        lines.forEach(line -> out.println("  " + line));
    }

    private static String title(String title, int shown, Map<?, ?> list) {
        long total = number(list, "total");
        return title + (total > shown ? " (" + shown + " of " + total + ")" : "");
    }

    private static List<String> tokens(List<Map<?, ?>> tokens) {
        TextTable table = new TextTable().text("TOKEN").text("TYPE").number("CLIENTS").number("CHANNELS").number("PORT")
                .text("CONNECTORS");
        for (Map<?, ?> token : tokens) {
            table.row(TokenText.label(text(token, "token")), text(token, "type"), text(token, "clients_count"),
                    text(token, "channels"), number(token, "port") > 0 ? text(token, "port") : "",
                    String.join(" ", texts(token, "connector_tokens").stream().map(TokenText::label).toList()));
        }
        return orNone(table, tokens);
    }

    private static List<String> clients(List<Map<?, ?>> clients) {
        TextTable table = new TextTable().number("ID").text("ROLE").text("TOKEN").text("ADDRESS").text("PROGRAM")
                .text("EXTENSIONS").number("ROUND TRIP").number("RESUMES").number("CONNECTED").number("CHANNELS")
                .number("IN").number("OUT");
        for (Map<?, ?> client : clients) {
            table.row(text(client, "id"), text(client, "role"), text(client, "token"), text(client, "address"),
                    text(client, "version"), String.join(" ", texts(client, "extensions")), roundTrip(client),
                    text(client, "resumes"), Quantity.time(number(client, "connected_seconds")), text(client, "channels"),
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
        TextTable table = new TextTable().number("CLIENT").text("PROTOCOL").text("TARGET").number("IN").number("OUT")
                .number("QUEUED").number("AGE").number("IDLE");
        for (Map<?, ?> channel : channels) {
            table.row(text(channel, "client"), text(channel, "protocol"), text(channel, "target"),
                    Quantity.bytes(number(channel, "bytes_in")), Quantity.bytes(number(channel, "bytes_out")),
                    Quantity.bytes(number(channel, "queued_bytes")), Quantity.time(number(channel, "age_seconds")),
                    Quantity.time(number(channel, "idle_seconds")));
        }
        return orNone(table, channels);
    }

    private static List<String> totals(Map<?, ?> totals) {
        TextTable table = new TextTable().text("").number("IN").number("OUT");
        table.row("bytes", Quantity.bytes(number(totals, "bytes_in")), Quantity.bytes(number(totals, "bytes_out")));
        table.row("messages", text(totals, "messages_in"), text(totals, "messages_out"));
        List<String> lines = new ArrayList<>(table.lines());
        List<String> counts = new ArrayList<>();
        for (String name : List.of("channels_opened", "resumes", "stalls", "dropped_datagrams", "auth_failures")) {
            counts.add(text(totals, name) + " " + words(name));
        }
        counts.add(Quantity.bytes(number(totals, "queued_bytes")) + " queued");
        counts.add(Quantity.bytes(number(totals, "replay_bytes")) + " to replay");
        lines.add(String.join(", ", counts));
        lines.add("dial errors: " + nonZero(members(totals, "dial_errors")));
        return lines;
    }

    private static List<String> refused(Map<?, ?> refused) {
        return List.of(nonZero(refused));
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

    private static List<String> orNone(TextTable table, List<Map<?, ?>> rows) {
        return rows.isEmpty() ? List.of("none") : table.lines();
    }

    // --- what is absent, or not as it should be, is nothing ----------------------------------------------------------

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
        List<Map<?, ?>> rows = new ArrayList<>();
        if (members.get(name) instanceof List<?> elements) {
            for (Object element : elements) {
                rows.add(element instanceof Map<?, ?> row ? row : Map.of());
            }
        }
        return rows;
    }
}
