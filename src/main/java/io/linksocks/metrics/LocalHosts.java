package io.linksocks.metrics;

import io.linksocks.http.HostField;
import io.linksocks.http.HttpException;
import io.linksocks.http.Request;
import io.linksocks.http.Route;
import io.linksocks.util.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * Answers only requests for names that nobody on the Internet can own. A web page may have a name of its own lead to this
 * machine (DNS rebinding) and read through its visitor's browser what needs no key; the browser then sends that name.
 */
final class LocalHosts {
    private static final int MISDIRECTED_REQUEST = 421;
    /** Reserved for private use (RFC 6761, 6762, 8375 and ICANN's .internal), and what home routers use. */
    private static final List<String> PRIVATE = List.of(".localhost", ".local", ".internal", ".home.arpa", ".lan");

    private final String bound;

    /** @param bound the name or address that the port was opened for */
    LocalHosts(String bound) {
        this.bound = bound.toLowerCase(Locale.ROOT);
    }

    /** @return the route, which refuses with 421 (RFC 9110, section 15.5.20) what is asked for by another name */
    Route guard(Route route) {
        return new Route(route.method(), route.path(), route.prefix(), request -> {
            if (!admits(request)) {
                throw new HttpException(MISDIRECTED_REQUEST,
                        "not known here by this name: ask for the address, a local name, or the name given with --metrics");
            }
            return route.handler().handle(request);
        });
    }

    /** HTTP/1.0 has no Host, and browsers don't speak it. */
    private boolean admits(Request request) {
        String host = request.head().header("Host");
        return host == null || isLocal(HostField.name(host));
    }

    private boolean isLocal(String name) {
        return name.indexOf('.') < 0 || new Endpoint(name, 0).isLiteral() || name.equals(bound)
                || PRIVATE.stream().anyMatch(name::endsWith) || name.equals(ownName());
    }

    /** As the system knows this machine; looked up last, as that may take a while. */
    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            return "";
        }
    }
}
