package io.linksocks.util;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The authority of a URL (RFC 3986, section 3.2). Unlike {@link URI}, accepts host names with underscores, as containers have
 * them, and with letters outside ASCII.
 *
 * @param user as written; null when there is none
 * @param host an address literal without brackets, or a name in ASCII
 * @param port 0 when there is none
 */
public record Authority(String user, String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:(?<user>.*)@)?"
            + "(?:\\[(?<ipv6>[0-9A-Fa-f:.]+(?:%[0-9A-Za-z_.~-]+)?)]"
            + "|(?<name>[^\\[\\]:@%/?#\\\\\\s\\p{Cntrl}]+))(?::(?<port>[0-9]*))?");

    private static final String BARE = "[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[^/?#]*)?";
    private static final Pattern BARE_IPV6 = Pattern.compile(BARE);
    private static final Pattern URL_WITH_BARE_IPV6 = Pattern.compile("[^:/?#]+://(?:[^/?#]*@)?" + BARE + "(?:[/?#].*)?");
    private static final String NO_BRACKETS = "an IPv6 address needs brackets, like [::1]:8765";
    private static final Pattern NO_NUMBER = Pattern.compile("[^\\[\\]:\\s]+:[^:\\s]*[^0-9:\\s][^:\\s]*");
    private static final String NO_HOST = "it names no host";

    /** @throws IllegalArgumentException that says what is wrong with it, without the user */
    public static Authority parse(String text) {
        Matcher parts = FORM.matcher(text == null ? "" : text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text == null ? NO_HOST : problem(text.substring(text.lastIndexOf('@') + 1)));
        }
        String host = parts.group("name") == null ? address(parts.group("ipv6")) : ascii(parts.group("name"));
        return new Authority(parts.group("user"), host, port(parts.group("port")));
    }

    private static String problem(String hostAndPort) {
        if (BARE_IPV6.matcher(hostAndPort).matches()) {
            return NO_BRACKETS;
        }
        return NO_NUMBER.matcher(hostAndPort).matches() ? "its port is no number" : NO_HOST;
    }

    /** Parses a URL as users write it; names missing brackets, where {@link URI} complains of the zone behind an address. */
    public static URI url(String text) throws URISyntaxException {
        if (URL_WITH_BARE_IPV6.matcher(text).matches()) {
            throw new URISyntaxException(text, NO_BRACKETS);
        }
        return new URI(text);
    }

    /** The authority of a URL. */
    public static Authority of(URI uri) {
        return parse(uri.getRawAuthority());
    }

    /** The percent sign in front of a zone should be escaped (RFC 6874), but seldom is. */
    private static String address(String literal) {
        return IpLiteral.canonical(literal.replaceFirst("%25(?=.)", "%"));
    }

    private static String ascii(String name) {
        return name.chars().allMatch(c -> c < 0x80) ? name : IDN.toASCII(name);
    }

    private static int port(String digits) {
        if (digits == null || digits.isEmpty()) {
            return 0;
        }
        if (!digits.matches("0*[1-9][0-9]{0,4}") || Integer.parseInt(digits) > 0xFFFF) {
            throw new IllegalArgumentException("port " + digits + " is not between 1 and 65535");
        }
        return Integer.parseInt(digits);
    }

    /** Host and port. */
    public Endpoint endpoint(int usualPort) {
        return new Endpoint(host, port == 0 ? usualPort : port);
    }

    /** Host and port in the form of a URL, without the user. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + (port == 0 ? "" : ":" + port);
    }
}
