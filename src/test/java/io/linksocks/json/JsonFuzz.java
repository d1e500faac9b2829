package io.linksocks.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** JSON texts: a value is the same when it is written and read again, and no text asks for more depth than is granted. */
public final class JsonFuzz implements FuzzTarget {
    @Override
    public Outcome run(byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.UTF_8);
        Object value;
        try {
            value = Json.parse(text);
        } catch (JsonException e) {
            assertTrue(e.getMessage().length() < 200, "an error is short, whatever the text");
            return Outcome.rejected(e);
        }
        int depth = depth(value);
        assertTrue(depth <= Json.MAX_DEPTH);
        String written = Json.write(value);
        assertEquals(value, Json.parse(written), "written anew");
        assertEquals(written, Json.write(Json.parse(written)), "in one form only");
        assertTrue(written.chars().noneMatch(c -> c < ' '), "on one line");
        return Outcome.accepted((value == null ? "null" : value.getClass().getSimpleName()) + Math.min(depth, 8));
    }

    private static int depth(Object value) {
        Collection<?> inside = switch (value) {
            case Map<?, ?> map -> map.values();
            case List<?> list -> list;
            case null, default -> null;
        };
        return inside == null ? 0 : 1 + inside.stream().mapToInt(JsonFuzz::depth).max().orElse(0);
    }

    @Override
    public List<String> dictionary() {
        return List.of("{", "}", "[", "]", "[[[[[[[[", "{\"a\":", "\"", "\"a\":1,", "\\u", "\\ud800", "\\udc00", "\\u0000",
                "\\\"", "\\", "null", "true", "false", "-0", "1e400", "1e-400", "-1E+10", "9223372036854775807",
                "9223372036854775808", "-9223372036854775808", "0.1", "00", "1.", ".5", "NaN", "\t", "\u00ef\u00bb\u00bf",
                "\u00f0\u009f\u0098\u0080", "\u00ed\u00a0\u0080", ",", ",,");
    }
}
