package io.linksocks.http;

import java.util.Locale;

/** Reads values of the Host field (RFC 9110, section 7.2). */
public final class HostField {
    private HostField() {}

    /** The name or address in lower case, without port, brackets and the dot of a full name. */
    public static String name(String host) {
        String text = host.strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("[")) {
            return text.substring(1, Math.max(1, text.indexOf(']')));
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
