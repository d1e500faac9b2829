package io.linksocks.util;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * The address of a proxy, as in options: {@code scheme://[user[:password]@]host[:port]}.
 *
 * @param scheme in lower case
 * @param port 0 when there is none
 * @param user decoded; null when there is none
 * @param password decoded; empty when there is none
 */
public record ProxyUrl(String scheme, String host, int port, String user, String password) {
    /** @throws IllegalArgumentException that says what is wrong with it, without the credentials */
    public static ProxyUrl parse(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        Authority authority = authority(scheme, uri);
        try {
            String credentials = authority.user();
            String user = credentials == null || credentials.isEmpty() ? null : decode(credentials.split(":", 2)[0]);
            String password = user == null || credentials.indexOf(':') < 0 ? "" : decode(credentials.split(":", 2)[1]);
            return new ProxyUrl(scheme, authority.host(), authority.port(), user, password);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + shown(scheme, authority.host()) + "\": " + e.getMessage());
        }
    }

    /**
     * Reads a URL as curl does: user and password may have any character, and what follows the host is ignored.
     *
     * @throws IllegalArgumentException that says what is wrong with it, without the credentials
     */
    public static ProxyUrl lenient(String text) {
        int start = text.indexOf("://");
        String rest = text.substring(start + 3);
        int at = rest.lastIndexOf('@');
        Authority authority = Authority.parse(rest.substring(at + 1).split("[/?#]", 2)[0]);
        String[] login = at < 0 ? new String[] {null} : rest.substring(0, at).split(":", 2);
        return new ProxyUrl(text.substring(0, start).toLowerCase(Locale.ROOT), authority.host(), authority.port(),
                login[0] == null ? null : decodeWhereEscaped(login[0]), login.length < 2 ? "" : decodeWhereEscaped(login[1]));
    }

    /** Leaves percent signs that do not begin an escape. */
    private static String decodeWhereEscaped(String text) {
        return decode(text.replaceAll("%(?![0-9A-Fa-f]{2})", "%25"));
    }

    private static Authority authority(String scheme, URI uri) {
        // With more behind it, the host may be part of a password with a slash.
        if (uri.getRawAuthority() == null || hasMore(uri)) {
            throw new IllegalArgumentException("\"" + scheme + ":...\": it must be a scheme and a host, perhaps with user, "
                    + "password and port, where / ? # @ and % in user and password are percent-encoded");
        }
        try {
            return Authority.of(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + scheme + ":...\": " + e.getMessage());
        }
    }

    private static boolean hasMore(URI uri) {
        return uri.getRawPath().length() > 1 || uri.getRawQuery() != null || uri.getRawFragment() != null;
    }

    /** Unlike in forms, a plus is not a space. */
    private static String decode(String text) {
        String decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        if (decoded.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException("user and password must be percent-encoded UTF-8");
        }
        return decoded;
    }

    /** Host and port. */
    public Endpoint endpoint(int usualPort) {
        return new Endpoint(host, port == 0 ? usualPort : port);
    }

    /** For the JDK's HTTP client, which resolves the name. */
    public Proxy toProxy(int usualPort) {
        Endpoint endpoint = endpoint(usualPort);
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port()));
    }

    /**
     * The value of Proxy-Authorization (RFC 7617, section 2, in UTF-8); null without a user.
     *
     * @throws IllegalArgumentException when HTTP can't carry user and password
     */
    public String authorization() {
        if (user == null) {
            return null;
        }
        if (user.indexOf(':') >= 0 || (user + password).chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("HTTP knows no user with a colon, and no control characters in user and"
                    + " password");
        }
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Scheme and host, for messages. */
    @Override
    public String toString() {
        return shown(scheme, host);
    }

    private static String shown(String scheme, String host) {
        return scheme + "://" + new Authority(null, host, 0);
    }
}
