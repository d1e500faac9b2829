package io.linksocks.server;

import io.linksocks.http.Headers;
import io.linksocks.http.Response;
import io.linksocks.http.Route;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * {@code /dashboard}: a page with its stylesheet and scripts. These are public and contain no data; the page loads what it
 * shows from the HTTP API, with the key that the user enters.
 */
final class DashboardPages {
    private static final String PATH = "/dashboard";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    /** Only same-origin files load, and text can't become markup: the page shows names that peers have chosen. */
    private static final String CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private DashboardPages() {}

    static List<Route> routes() {
        return List.of(
                route(PATH, "index.html", "text/html; charset=utf-8"),
                resource("style.css", "text/css; charset=utf-8"),
                resource("icon.svg", "image/svg+xml"),
                resource("app.js", SCRIPT),
                resource("chart.js", SCRIPT),
                resource("dialogs.js", SCRIPT),
                resource("format.js", SCRIPT),
                resource("listing.js", SCRIPT),
                resource("live.js", SCRIPT),
                resource("paths.js", SCRIPT),
                resource("qr.js", SCRIPT),
                resource("roundtrips.js", SCRIPT),
                resource("rules.js", SCRIPT),
                resource("settings.js", SCRIPT),
                resource("snippets.js", SCRIPT),
                resource("table.js", SCRIPT),
                resource("tokens.js", SCRIPT),
                resource("traffic.js", SCRIPT));
    }

    private static Route resource(String name, String type) {
        return route(PATH + "/" + name, name, type);
    }

    private static Route route(String path, String name, String type) {
        Response response = new Response(200, type, Headers.NONE, read(name))
                .with("Cache-Control", "no-cache")
                .with("Content-Security-Policy", CONTENT_POLICY)
                .with("X-Frame-Options", "DENY")
                .with("X-Content-Type-Options", "nosniff")
                .with("Referrer-Policy", "no-referrer")
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Cross-Origin-Resource-Policy", "same-origin");
        return Route.exact("GET", path, request -> response);
    }

    private static byte[] read(String name) {
        try (InputStream in = DashboardPages.class.getResourceAsStream("dashboard/" + name)) {
            if (in == null) {
                throw new FileNotFoundException("dashboard/" + name + " is missing from the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
