package io.linksocks.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The decoded path and query parameters of a request target (RFC 9112, section 3.2). */
record RequestTarget(String path, Map<String, String> query) {
    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final Pattern ABSOLUTE = Pattern.compile("([^/#][^#]*?)://([^/?#]*)([^#]*)(?:#.*)?", Pattern.DOTALL);
    /** The decoder's replacement for bytes that are not UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    /**
     * A request target that names its scheme and server (RFC 9112, section 3.2.2), split but not checked.
     *
     * @param scheme    in lower case
     * @param authority may be empty, and may have user info in front
     * @param rest      path and query; may be empty
     */
    record AbsoluteForm(String scheme, String authority, String rest) {
        /** Path and query as they are sent to the server itself. */
        String originForm() {
            return rest.startsWith("/") ? rest : "/" + rest;
        }
    }

    static RequestTarget parse(String method, String target) throws HttpException {
        if (!Syntax.isTarget(target)) {
            throw malformed();
        }
        if (target.equals("*") && method.equals("OPTIONS")) {
            return new RequestTarget("*", Map.of());
        }
        String[] parts = originForm(target).split("\\?", 2);
        return new RequestTarget(decode(parts[0].replace("+", "%2B")), parts.length < 2 ? Map.of() : parameters(parts[1]));
    }

    /** A server has to accept the absolute form as well (RFC 9112, section 3.2.2). */
    private static String originForm(String target) throws HttpException {
        if (target.startsWith("/")) {
            return target;
        }
        AbsoluteForm form = absoluteForm(target);
        if (form == null || !SCHEMES.contains(form.scheme) || form.authority.isEmpty() || !Syntax.isHost(form.authority)) {
            throw malformed();
        }
        return form.originForm();
    }

    /** Null when the target has another form. Drops a fragment, which is for the client only. */
    static AbsoluteForm absoluteForm(String target) {
        Matcher parts = ABSOLUTE.matcher(target);
        return parts.matches()
                ? new AbsoluteForm(parts.group(1).toLowerCase(Locale.ROOT), parts.group(2), parts.group(3)) : null;
    }

    private static Map<String, String> parameters(String query) throws HttpException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (!pair.isEmpty()) {
                parameters.putIfAbsent(name, value);
            }
        }
        return parameters;
    }

    /** Refuses control characters, although they are escaped: nothing here needs them, and they would garble logs. */
    private static String decode(String text) throws HttpException {
        try {
            String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
            if (decoded.chars().noneMatch(c -> c < ' ' || c == 0x7F || c == REPLACEMENT)) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        throw malformed();
    }

    private static HttpException malformed() {
        return new HttpException(400, "malformed request target");
    }
}
