package io.linksocks.websocket;

import io.linksocks.access.AddressRange;
import io.linksocks.util.Authority;
import io.linksocks.util.IpLiteral;
import io.linksocks.util.ProxyUrl;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The environment variables {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and {@code no_proxy}, in lower or
 * upper case, with the meaning that curl gives them. Loopback addresses are always reached directly.
 */
final class ProxyEnvironment {
    private static final String HINT = "; correct that variable, or ignore it with -E";

    private final Map<String, String> environment;
    /** The hosts of {@code no_proxy}: {@code *}, names with all names below them, addresses, and CIDR ranges. */
    private final List<String> directNames = new ArrayList<>();
    private final List<AddressRange> directRanges = new ArrayList<>();

    ProxyEnvironment(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        for (String entry : variable("no_proxy").split("[,\\s]+")) {
            String host = normalize(entry);
            if (!host.isEmpty()) {
                addDirect(host);
            }
        }
    }

    private void addDirect(String entry) {
        try {
            directRanges.add(AddressRange.parse(entry));
        } catch (IllegalArgumentException e) {
            directNames.add(entry);
        }
    }

    /**
     * The proxy for an http, https, ws or wss URI; empty for a direct connection.
     *
     * @throws IllegalArgumentException when the variable for it names no HTTP proxy
     */
    Optional<ProxyUrl> proxyFor(URI uri) {
        String name = ConnectOptions.isSecure(uri) ? "https_proxy" : "http_proxy";
        String chosen = variable(name).isEmpty() ? "all_proxy" : name;
        return variable(chosen).isEmpty() || isDirect(Authority.of(uri).host())
                ? Optional.empty()
                : Optional.of(parse(spelled(chosen), variable(chosen)));
    }

    private boolean isDirect(String uriHost) {
        String host = normalize(uriHost);
        InetAddress address = IpLiteral.address(host.replaceFirst("%.*", ""));
        if (directNames.contains("*") || host.equals("localhost")) {
            return true;
        }
        return address == null
                ? directNames.stream().anyMatch(name -> host.equals(name) || host.endsWith("." + name))
                : address.isLoopbackAddress() || directRanges.stream().anyMatch(range -> range.contains(address));
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
            throw new IllegalArgumentException(variable + " is no URL of a proxy: " + e.getMessage() + HINT);
        }
        if (!proxy.scheme().equals("http")) {
            throw new IllegalArgumentException(variable + " does not name an HTTP proxy" + HINT);
        }
        return proxy;
    }
}
