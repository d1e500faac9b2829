package io.linksocks.cli;

import io.linksocks.json.Json;
import io.linksocks.tls.ClientTls;
import io.linksocks.util.Authority;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** {@code linksocks status}: shows the state of a running server, from its API. */
final class StatusCommand extends Command {
    /** The most rows that the API lists. */
    private static final int MAX_ROWS = 10_000;

    private static final Option URL = Option.text("url", "URL", "server: http://, https:// or just a host for https")
            .letter('u').orElse("http://localhost:8765");
    private static final Option API_KEY = Option.text("api-key", "KEY", "the key that the server was started with")
            .letter('k').confidential();
    private static final Option CHANNELS = Option.number("channels", 0, MAX_ROWS,
            "how many channels to show, the most recently active first").orElse("20").onlyAsFlag();
    private static final Option LIMIT = Option.number("limit", 0, MAX_ROWS, "how many tokens and clients to show")
            .orElse(Integer.toString(MAX_ROWS)).onlyAsFlag();
    private static final Option SEARCH = Option.text("search", "TEXT",
            "show only tokens, clients and channels with this text, such as a name, an address or a target").onlyAsFlag();
    private static final Option SORT = Option.choice("sort", "COLUMN", Listing.columnNames(),
            "sort lists with this column by it, such as out or round-trip; the largest numbers come first").onlyAsFlag();
    private static final Option KICK = Option.list("kick", "ID",
            "disconnect the client with this ID before showing the rest; it may connect again (repeatable)").onlyAsFlag();
    private static final Option JSON = Option.toggle("json",
            "print the answers of the API as one line of JSON, with complete tokens").onlyAsFlag();

    private static final OptionTable TABLE = OptionTable.of(URL, API_KEY, SEARCH, SORT, LIMIT, CHANNELS, KICK, JSON,
            ClientCommand.SNI, ClientCommand.CA, ClientCommand.INSECURE, CommonOptions.HELP);
    /** The path of a client's URL, which LINKSOCKS_URL may hold. */
    private static final String WEBSOCKET_PATH = "/socket";

    StatusCommand() {
        super("status", "show the clients, channels and counts of a running server", TABLE,
                "linksocks status -k my-key", "linksocks status -u https://server.example -k my-key --json",
                "linksocks status -k my-key --search laptop --sort out --limit 10",
                "linksocks status -k my-key --kick 17");
    }

    @Override
    int run(OptionValues values, Terminal terminal) throws UsageException, IOException, InterruptedException {
        URI server = server(values);
        if (values.text(API_KEY) == null) {
            throw new UsageException("the server's API key is missing: give it with -k or LINKSOCKS_API_KEY");
        }
        StatusReport.View view = view(values);
        if (values.isOn(ClientCommand.INSECURE)) {
            terminal.err().println("linksocks status: --insecure: the certificate is not checked;"
                    + " anybody in between can read the key");
        }
        try (ApiClient api = new ApiClient(server, values.text(API_KEY), tls(values))) {
            for (String id : values.list(KICK)) {
                api.disconnect(id);
            }
            Map<?, ?> status = api.get("/api/status");
            Map<?, ?> clients = api.find("/api/clients" + query(view, view.limit()));
            Map<?, ?> channels = api.find("/api/channels" + query(view, view.channels()));
            if (values.isOn(JSON)) {
                terminal.out().println(json(status, clients, channels));
            } else {
                new StatusReport(terminal.out()).print(server.toString(), status, clients, channels, view);
            }
        }
        return ExitCode.OK;
    }

    private static StatusReport.View view(OptionValues values) throws UsageException {
        if (values.isGiven(SORT) && values.isOn(JSON)) {
            throw new UsageException(SORT.spelled() + " and " + JSON.spelled() + " exclude each other");
        }
        return new StatusReport.View(Objects.requireNonNullElse(values.text(SEARCH), ""), values.text(SORT),
                values.number(LIMIT), values.number(CHANNELS));
    }

    /** Asks for all rows when they are sorted here. */
    private static String query(StatusReport.View view, int limit) {
        return "?limit=" + (view.sort() == null ? limit : MAX_ROWS)
                + "&search=" + URLEncoder.encode(view.search(), StandardCharsets.UTF_8);
    }

    private static String json(Map<?, ?> status, Map<?, ?> clients, Map<?, ?> channels) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("status", status);
        all.put("clients", clients);
        all.put("channels", channels);
        return Json.write(all);
    }

    private static ClientTls tls(OptionValues values) throws UsageException {
        ClientTls tls = ClientTls.DEFAULT.withAuthorities(values.file(ClientCommand.CA))
                .withInsecure(values.isOn(ClientCommand.INSECURE));
        try {
            return tls.withServerName(values.text(ClientCommand.SNI));
        } catch (IllegalArgumentException e) {
            throw values.blame(ClientCommand.SNI, "the value is no host name");
        }
    }

    /** The server's address without the path of the API. The scheme may also be that of its WebSocket. */
    private static URI server(OptionValues values) throws UsageException {
        String text = values.text(URL).strip();
        try {
            URI uri = Authority.url(text.contains("://") ? text : "https://" + text);
            Authority host = Authority.of(uri);
            if (host.user() != null) {
                throw new IllegalArgumentException("a user has no place in it, the key goes to -k");
            }
            String path = uri.getRawPath().equals(WEBSOCKET_PATH) ? "" : uri.getRawPath().replaceFirst("/+$", "");
            return new URI(scheme(uri) + "://" + host + path);
        } catch (URISyntaxException e) {
            throw noServer(values, text, e.getReason());
        } catch (IllegalArgumentException e) {
            throw noServer(values, text, e.getMessage());
        }
    }

    private static UsageException noServer(OptionValues values, String text, String why) {
        return values.blame(URL, (text.contains("@") ? "the value" : OneLine.quote(text)) + " is no server: " + why
                + "; write it like http://localhost:8765 or https://server.example");
    }

    private static String scheme(URI uri) {
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> "http";
            case "https", "wss" -> "https";
            default -> throw new IllegalArgumentException("the scheme must be http or https");
        };
    }
}
