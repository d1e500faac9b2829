package io.linksocks.util;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a proxy as it is written in options: {@code scheme://[user[:password]@]host[:port]}.
 *
 * @param scheme in lower case
 * @param port 0 when there is none
 * @param user decoded; null when there is none
 * @param password decoded; empty when there is none
 */
public record ProxyUrl(String scheme, String host, int port, String user, String password) {
    /** By hand, for {@link URI} knows no host with an underscore, which names of containers have. */
    private static final Pattern AUTHORITY = Pattern.compile(
            "(?:(?<credentials>.*)@)?(?:\\[(?<ipv6>[0-9A-Fa-f:.]+)]|(?<name>[^\\[\\]:@%]+))(?::(?<port>[0-9]{0,5}))?");

    /** @throws IllegalArgumentException that says what is wrong with it, without the credentials */
    public static ProxyUrl parse(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        Matcher parts = AUTHORITY.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
        // With more behind it, what looks like a host may be part of a password with a slash.
        if (!parts.matches() || hasMore(uri)) {
            throw new IllegalArgumentException("\"" + scheme + ":...\": it must be a scheme and a host, perhaps with user, "
                    + "password and port, where / ? # @ and % in user and password are percent-encoded");
        }
        String host = parts.group("name") == null ? parts.group("ipv6") : parts.group("name");
        try {
            String credentials = parts.group("credentials");
            String user = credentials == null || credentials.isEmpty() ? null : decode(credentials.split(":", 2)[0]);
            String password = user == null || credentials.indexOf(':') < 0 ? "" : decode(credentials.split(":", 2)[1]);
            return new ProxyUrl(scheme, host, port(parts.group("port")), user, password);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + shown(scheme, host) + "\": " + e.getMessage());
        }
    }

    private static boolean hasMore(URI uri) {
        return uri.getRawPath().length() > 1 || uri.getRawQuery() != null || uri.getRawFragment() != null;
    }

    private static int port(String digits) {
        if (digits == null || digits.isEmpty()) {
            return 0;
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
        return port;
    }

    /** Here a plus is a plus. */
    private static String decode(String text) {
        String decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        if (decoded.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException("user and password must be percent-encoded UTF-8");
        }
        return decoded;
    }

    /** Where the proxy is. */
    public Endpoint endpoint(int usualPort) {
        return new Endpoint(host, port == 0 ? usualPort : port);
    }

    /** Scheme and host, for messages. */
    @Override
    public String toString() {
        return shown(scheme, host);
    }

    private static String shown(String scheme, String host) {
        return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]");
    }
}
