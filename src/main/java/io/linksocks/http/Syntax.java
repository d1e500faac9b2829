package io.linksocks.http;

import java.util.regex.Pattern;

/** The character classes of RFC 9110, section 5.6, and RFC 3986. */
final class Syntax {
    private static final Pattern HOST =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]{0,5})?");

    private static final Pattern USER_INFO = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:%-]*");

    private Syntax() {}

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(Syntax::isTokenChar);
    }

    private static boolean isTokenChar(int c) {
        return isAlphanumeric(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean isAlphanumeric(int c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    /** Visible characters, space, tab and obs-text; no other control character (RFC 9110, section 5.5). */
    static boolean isFieldValue(String text) {
        return text.chars().allMatch(Syntax::isFieldChar);
    }

    static boolean isFieldChar(int c) {
        return c == '\t' || c >= ' ' && c != 0x7F && c <= 0xFF;
    }

    /** Visible ASCII without the fragment mark, which is never sent (RFC 9112, section 3.2). */
    static boolean isTarget(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '#');
    }

    /** The same as programs send it to proxies: also with a fragment and unescaped bytes outside ASCII. */
    static boolean isWrittenTarget(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c != 0x7F && c <= 0xFF);
    }

    /** User name and password in front of a host (RFC 3986, section 3.2.1). */
    static boolean isUserInfo(String text) {
        return USER_INFO.matcher(text).matches();
    }

    /** The same with the zone of a link-local address, which clients send although RFC 6874, section 1, forbids it. */
    static boolean isHostField(String text) {
        return isHost(text.replaceFirst("^(\\[[0-9A-Fa-f:]+)%[A-Za-z0-9._~%-]+]", "$1]"));
    }

    /** {@code uri-host [ ":" port ]}; may be empty (RFC 9110, section 7.2). */
    static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }
}
