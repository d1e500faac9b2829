package io.linksocks.relay;

import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Endpoint;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy through which the dialling side reaches targets, as it is written after {@code -x}. */
public final class UpstreamProxy {
    private static final int SOCKS_PORT = 1080;
    private static final int HTTP_PORT = 8080;
    /** By hand, for {@link URI} knows no host with an underscore, which names of containers have. */
    private static final Pattern AUTHORITY = Pattern.compile(
            "(?:(?<credentials>.*)@)?(?:\\[(?<ipv6>[0-9A-Fa-f:.]+)]|(?<name>[^\\[\\]:@%]+))(?::(?<port>[0-9]{0,5}))?");

    private UpstreamProxy() {}

    /**
     * Understands {@code socks5://[user:password@]host[:port]}, {@code socks5h://} and {@code http://}.
     *
     * @return what dials through the proxy
     * @throws IllegalArgumentException that says what is wrong with it and what would do, without the credentials
     */
    public static Dialer parse(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        Matcher parts = AUTHORITY.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
        // With more behind it, what looks like a host may be part of a password with a slash.
        if (!parts.matches() || hasMore(uri)) {
            throw invalid(scheme + ":...", "it must be a scheme and a host, perhaps with user, password and port, "
                    + "where / ? # @ and % in user and password are percent-encoded");
        }
        String host = parts.group("name") == null ? parts.group("ipv6") : parts.group("name");
        String shown = scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]");
        try {
            return dialer(scheme, host, parts.group("port"), parts.group("credentials"));
        } catch (IllegalArgumentException e) {
            throw invalid(shown, e.getMessage());
        }
    }

    private static boolean hasMore(URI uri) {
        return uri.getRawPath().length() > 1 || uri.getRawQuery() != null || uri.getRawFragment() != null;
    }

    private static Dialer dialer(String scheme, String host, String port, String credentials) {
        String user = credentials == null || credentials.isEmpty() ? null : decode(credentials.split(":", 2)[0]);
        String password = user == null || credentials.indexOf(':') < 0 ? "" : decode(credentials.split(":", 2)[1]);
        return switch (scheme) {
            case "socks5", "socks5h" -> new SocksProxyDialer(new Endpoint(host, port(port, SOCKS_PORT)),
                    user == null ? null : new SocksCredentials(user, password));
            case "http" -> new HttpProxyDialer(new Endpoint(host, port(port, HTTP_PORT)), user, password);
            default -> throw new IllegalArgumentException("the scheme must be socks5 or http");
        };
    }

    private static int port(String digits, int usual) {
        int port = digits == null || digits.isEmpty() ? usual : Integer.parseInt(digits);
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

    private static IllegalArgumentException invalid(String shown, String why) {
        return new IllegalArgumentException("invalid upstream proxy \"" + shown + "\": " + why
                + "; write it like socks5://user:password@127.0.0.1:1080 or http://127.0.0.1:8080");
    }
}
