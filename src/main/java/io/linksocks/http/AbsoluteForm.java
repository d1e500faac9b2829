package io.linksocks.http;

import java.util.Locale;

/**
 * A request target that names its scheme and server (RFC 9112, section 3.2.2), taken apart but not checked.
 *
 * @param scheme    in lower case
 * @param authority may be empty, and may have user info in front
 * @param rest      path and query; may be empty
 */
record AbsoluteForm(String scheme, String authority, String rest) {
    private static final String MARK = "://";

    /** Null when the target has another form. A fragment is left out: it is for the client only. */
    static AbsoluteForm parse(String target) {
        int mark = target.indexOf(MARK);
        if (mark <= 0 || target.startsWith("/")) {
            return null;
        }
        int fragment = target.indexOf('#');
        int end = fragment < 0 ? target.length() : fragment;
        int authority = mark + MARK.length();
        int path = authority;
        while (path < end && target.charAt(path) != '/' && target.charAt(path) != '?') {
            path++;
        }
        if (end < path) {
            return null;
        }
        String rest = target.substring(path, end);
        return new AbsoluteForm(target.substring(0, mark).toLowerCase(Locale.ROOT), target.substring(authority, path), rest);
    }

    /** Path and query as they are sent to the server itself. */
    String originForm() {
        return rest.startsWith("/") ? rest : "/" + rest;
    }
}
