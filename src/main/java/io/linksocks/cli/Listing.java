package io.linksocks.cli;

import static io.linksocks.cli.Members.number;
import static io.linksocks.cli.Members.text;
import static io.linksocks.cli.Members.texts;

import io.linksocks.util.TimeText;
import io.linksocks.util.TokenText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A list of the API as a table that can be sorted by any of its columns. */
final class Listing {
    static final Listing TOKENS = new Listing()
            .withText("TOKEN", Listing::tokenName)
            .withText("TYPE", row -> text(row, "type"))
            .withNumber("CLIENTS", "clients_count", Long::toString)
            .withNumber("CHANNELS", "channels", Long::toString)
            .withNumber("PORT", "port", port -> port > 0 ? Long.toString(port) : "")
            .withText("CONNECTORS", Listing::connectors);
    static final Listing CLIENTS = new Listing()
            .withNumber("ID", "id", Long::toString)
            .withText("ROLE", row -> text(row, "role"))
            .withText("TOKEN", row -> orElse(text(row, "token_name"), text(row, "token")))
            .withText("ADDRESS", row -> text(row, "address"))
            .withText("PROGRAM", row -> text(row, "version"))
            .withText("EXTENSIONS", row -> String.join(" ", texts(row, "extensions")))
            .withNumber("ROUND TRIP", Listing::millis, Listing::roundTrip)
            .withNumber("RESUMES", "resumes", Long::toString)
            .withNumber("CONNECTED", "connected_seconds", TimeText::ofSeconds)
            .withNumber("CHANNELS", "channels", Long::toString)
            .withNumber("IN", "bytes_in", Quantity::bytes)
            .withNumber("OUT", "bytes_out", Quantity::bytes);
    static final Listing CHANNELS = new Listing()
            .withNumber("CLIENT", "client", Long::toString)
            .withText("PROTOCOL", row -> text(row, "protocol"))
            .withText("TARGET", row -> text(row, "target"))
            .withNumber("IN", "bytes_in", Quantity::bytes)
            .withNumber("OUT", "bytes_out", Quantity::bytes)
            .withNumber("QUEUED", "queued_bytes", Quantity::bytes)
            .withNumber("AGE", "age_seconds", TimeText::ofSeconds)
            .withNumber("IDLE", "idle_seconds", TimeText::ofSeconds);

    /** @param order the largest number or the first text of the alphabet first */
    private record Column(String title, boolean isNumber, Comparator<Map<?, ?>> order, Function<Map<?, ?>, String> text) {
        /** What the user calls it. */
        String name() {
            return title.toLowerCase(Locale.ROOT).replace(' ', '-');
        }
    }

    private final List<Column> columns = new ArrayList<>();

    private Listing withText(String title, Function<Map<?, ?>, String> text) {
        columns.add(new Column(title, false, Comparator.comparing(text, String.CASE_INSENSITIVE_ORDER), text));
        return this;
    }

    private Listing withNumber(String title, String member, LongFunction<String> format) {
        return withNumber(title, row -> number(row, member),
                row -> row.get(member) == null ? "" : format.apply(number(row, member)));
    }

    private Listing withNumber(String title, ToDoubleFunction<Map<?, ?>> value, Function<Map<?, ?>, String> text) {
        columns.add(new Column(title, true, Comparator.comparingDouble(value).reversed(), text));
        return this;
    }

    /** The names of all columns. */
    static List<String> columnNames() {
        return Stream.of(CLIENTS, CHANNELS, TOKENS).flatMap(listing -> listing.columns.stream())
                .map(Column::name).distinct().toList();
    }

    /** The rows by the column of this name, if there is one; else in the order that they have. */
    List<Map<?, ?>> sorted(List<Map<?, ?>> rows, String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst()
                .map(column -> rows.stream().sorted(column.order()).toList()).orElse(rows);
    }

    StatusReport.Table table(List<Map<?, ?>> rows) {
        StatusReport.Table table = new StatusReport.Table();
        columns.forEach(column -> {
            if (column.isNumber()) {
                table.number(column.title());
            } else {
                table.text(column.title());
            }
        });
        rows.forEach(row -> table.row(columns.stream().map(column -> column.text().apply(row)).toArray(String[]::new)));
        return table;
    }

    /** Whether a token has this text in its name, its type, its port, or anywhere in itself or one of its connectors. */
    static boolean hasText(Map<?, ?> token, String search) {
        String wanted = search.toLowerCase(Locale.ROOT);
        return Stream.concat(Stream.of("name", "type", "port", "token").map(member -> text(token, member)),
                texts(token, "connector_tokens").stream()).anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(wanted));
    }

    private static String tokenName(Map<?, ?> token) {
        String name = orElse(text(token, "name"), TokenText.label(text(token, "token")));
        return Boolean.TRUE.equals(token.get("disabled")) ? name + " (disabled)" : name;
    }

    private static String orElse(String text, String other) {
        return text.isEmpty() ? other : text;
    }

    private static String connectors(Map<?, ?> token) {
        return String.join(" ", texts(token, "connector_tokens").stream().map(TokenText::label).toList());
    }

    /** Negative before the first measurement. */
    private static double millis(Map<?, ?> client) {
        return client.get("round_trip_ms") instanceof Number millis ? millis.doubleValue() : -1;
    }

    private static String roundTrip(Map<?, ?> client) {
        if (Boolean.FALSE.equals(client.get("attached"))) {
            return "away";
        }
        return millis(client) < 0 ? "" : String.format(Locale.ROOT, "%.1f ms", millis(client));
    }
}
