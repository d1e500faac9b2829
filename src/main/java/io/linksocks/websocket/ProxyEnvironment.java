package io.linksocks.websocket;

import io.linksocks.access.AddressRange;
import io.linksocks.util.Endpoint;
import io.linksocks.util.IpLiteral;
import io.linksocks.util.ProxyUrl;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment variables {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and {@code no_proxy}, in lower or
 * upper case, with the meaning that curl gives them. Loopback addresses are always reached directly.
 */
final class ProxyEnvironment {
    private static final String CURE = "correct that variable, or ignore it with environmentProxy(false)";
    private static final Pattern WITH_PORT = Pattern.compile("(\\[[^]]*]|[^:]+):(\\d{1,5})");

    private final Map<String, String> environment;
    /** The entries of {@code no_proxy}. */
    private final List<Direct> direct = new ArrayList<>();

    /**
     * What is reached directly.
     *
     * @param name  {@code *}, or a name with all names below it; null for addresses
     * @param range addresses; null for names
     * @param port  0 for all
     */
    private record Direct(String name, AddressRange range, int port) {
        /** @param address null when the host is a name */
        boolean covers(String host, InetAddress address, int wanted) {
            if (port != 0 && port != wanted) {
                return false;
            }
            if (range != null) {
                return address != null && range.contains(address);
            }
            return name.equals("*") || address == null && (host.equals(name) || host.endsWith("." + name));
        }
    }

    ProxyEnvironment(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        for (String entry : variable("no_proxy").split("[,\\s]+")) {
            Matcher withPort = WITH_PORT.matcher(entry);
            boolean hasPort = withPort.matches();
            String host = normalize(hasPort ? withPort.group(1) : entry);
            if (!host.isEmpty()) {
                direct.add(direct(host, hasPort ? Integer.parseInt(withPort.group(2)) : 0));
            }
        }
    }

    private static Direct direct(String host, int port) {
        try {
            return new Direct(null, AddressRange.parse(host), port);
        } catch (IllegalArgumentException e) {
            return new Direct(host, null, port);
        }
    }

    /**
     * The proxy for an http, https, ws or wss URI; empty for a direct connection.
     *
     * @throws IllegalArgumentException when the variable for it names no HTTP proxy
     */
    Optional<ProxyUrl> proxyFor(URI uri) {
        String chosen = chosen(uri);
        return variable(chosen).isEmpty() || isDirect(ConnectOptions.endpoint(uri))
                ? Optional.empty()
                : Optional.of(parse(spelled(chosen), variable(chosen)));
    }

    /** What to do when the proxy for this URI fails. */
    String hint(URI uri) {
        return "the proxy comes from " + spelled(chosen(uri)) + ": " + CURE;
    }

    private String chosen(URI uri) {
        String name = ConnectOptions.isSecure(uri) ? "https_proxy" : "http_proxy";
        return variable(name).isEmpty() ? "all_proxy" : name;
    }

    private boolean isDirect(Endpoint server) {
        String host = normalize(server.host());
        InetAddress address = IpLiteral.address(host.replaceFirst("%.*", ""));
        return host.equals("localhost") || address != null && address.isLoopbackAddress()
                || direct.stream().anyMatch(entry -> entry.covers(host, address, server.port()));
    }

    /** Without brackets, leading dot or {@code *.}, trailing dot and capitals. */
    private static String normalize(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]|^\\*?\\.|\\.$", "");
    }

    private String variable(String name) {
        return environment.getOrDefault(spelled(name), "").strip();
    }

    /** In lower case, unless only the variable in upper case is set. */
    private String spelled(String name) {
        return environment.getOrDefault(name, "").isBlank() ? name.toUpperCase(Locale.ROOT) : name;
    }

    /** Messages name the variable only, because its value may hold a password. */
    private static ProxyUrl parse(String variable, String value) {
        ProxyUrl proxy;
        try {
            proxy = ProxyUrl.lenient(value.contains("://") ? value : "http://" + value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(variable + " is no URL of a proxy: " + e.getMessage() + "; " + CURE);
        }
        if (!proxy.scheme().equals("http")) {
            throw new IllegalArgumentException(variable + " does not name an HTTP proxy; " + CURE);
        }
        return proxy;
    }
}
