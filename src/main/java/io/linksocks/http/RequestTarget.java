package io.linksocks.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A request target taken apart: decoded path and query parameters (RFC 9112, section 3.2). */
record RequestTarget(String path, Map<String, String> query) {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    static RequestTarget parse(String method, String target) throws HttpException {
        if (!Syntax.isTarget(target)) {
            throw malformed();
        }
        if (target.equals("*") && method.equals("OPTIONS")) {
            return new RequestTarget("*", Map.of());
        }
        String origin = originForm(target);
        int mark = origin.indexOf('?');
        return mark < 0
                ? new RequestTarget(decode(origin, false), Map.of())
                : new RequestTarget(decode(origin.substring(0, mark), false), parameters(origin.substring(mark + 1)));
    }

    /** A server has to understand the absolute form as well (RFC 9112, section 3.2.2). */
    private static String originForm(String target) throws HttpException {
        if (target.startsWith("/")) {
            return target;
        }
        AbsoluteForm form = AbsoluteForm.parse(target);
        if (form == null || !SCHEMES.contains(form.scheme()) || form.authority().isEmpty() || !Syntax.isHost(form.authority())) {
            throw malformed();
        }
        return form.originForm();
    }

    private static Map<String, String> parameters(String query) throws HttpException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            if (!pair.isEmpty()) {
                parameters.putIfAbsent(name, value);
            }
        }
        return parameters;
    }

    private static String decode(String text, boolean form) throws HttpException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes.write(escape(text, i));
                i += 2;
            } else {
                bytes.write(form && c == '+' ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    /** Control characters are refused although they are escaped: nothing here needs them and logs suffer from them. */
    private static int escape(String text, int percent) throws HttpException {
        if (percent + 2 >= text.length()) {
            throw malformed();
        }
        int high = Character.digit(text.charAt(percent + 1), 16);
        int low = Character.digit(text.charAt(percent + 2), 16);
        int value = high << 4 | low;
        if (high < 0 || low < 0 || value < ' ' || value == 0x7F) {
            throw malformed();
        }
        return value;
    }

    private static HttpException malformed() {
        return new HttpException(400, "malformed request target");
    }
}
