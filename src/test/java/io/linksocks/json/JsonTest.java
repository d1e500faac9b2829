package io.linksocks.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void readsEveryKindOfValue() throws JsonException {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("s", "a\"\\/\b\f\n\r\t\u00e9\ud83d\ude00");
        expected.put("l", Arrays.asList(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1.5, 1e3, true, false, null));
        expected.put("o", Map.of());
        expected.put("a", List.of());
        assertEquals(expected, Json.parse("""
                 {"s": "a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00",
                  "l": [0, -1, 9223372036854775807, -9223372036854775808, 1.5, 1E+3, true, false, null],
                  "o": { }, "a": [ ] }
                """));
    }

    @Test
    void keepsTheOrderOfMembers() throws JsonException {
        assertEquals("[z, a, m]", ((Map<?, ?>) Json.parse("{\"z\":1,\"a\":2,\"m\":3}")).keySet().toString());
    }

    @Test
    void readsBareValues() throws JsonException {
        assertEquals("x", Json.parse("\"x\""));
        assertEquals(9.223372036854775808e18, Json.parse("9223372036854775808"));
        assertEquals(0.0, Json.parse("1e-999"));
        assertNull(Json.parse(" null\n"));
    }

    @Test
    void refusesWhatIsNotJson() {
        String[] texts = {
            "", " ", "{", "}", "[", "[1", "[1,", "[1,]", "[,1]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
            "{1:1}",
            "{\"a\":1 \"b\":2}", "[1 2]", "1 2", "nul", "nulll", "True", "'a'", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"",
            "\"\\u12g4\"", "\"\\u\u0661\u0661\u0661\u0661\"", "\"\n\"", "\"\0\"", "01", "+1", "-", "--1", ".5", "1.",
            "1e",
            "1e+",
            "1.e5", "0x10", "1_0", "1e999", "-1e999", "NaN", "Infinity", "\u0661", "[1]x", "\uFEFF1", "/**/1",
            "\u00a01",
            "{{{", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}",
        };
        for (String text : texts) {
            assertThrows(JsonException.class, () -> Json.parse(text), () -> "text " + text);
        }
    }

    @Test
    void refusesHalfCharacters() throws JsonException {
        String[] texts = {"\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud800x", "\ud800", "\udc00", "a\ud83d"};
        for (String text : texts) {
            assertThrows(JsonException.class, () -> Json.parse('"' + text + '"'), text);
        }
        assertEquals("\ud83d\ude00", Json.parse("\"\ud83d" + "\\ude00\""));
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        assertMessage("expected a value at character 5", "{\"a\":?}");
        assertMessage("unexpected end at character 4", "[1, ");
        assertMessage("unexpected end, expected ']' at character 2", "[1");
        assertMessage("duplicate name at character 7", "{\"a\":1,\"a\":2}");
        assertMessage("number out of range at character 1", "[1e999]");
    }

    private static void assertMessage(String message, String text) {
        assertEquals(message, assertThrows(JsonException.class, () -> Json.parse(text)).getMessage());
    }

    @Test
    void boundsTheNumberOfValues() throws JsonException {
        String few = "{},".repeat(Json.MAX_VALUES - 2);
        assertEquals(Json.MAX_VALUES - 1, ((List<?>) Json.parse("[" + few + "{}]")).size());
        assertMessage("more than 200000 values at character 599998", "[" + few + "{},0]");
    }

    @Test
    void boundsDepthAndLength() throws JsonException {
        int depth = Json.MAX_DEPTH;
        assertEquals(1, ((List<?>) Json.parse("[".repeat(depth) + "]".repeat(depth))).size());
        assertThrows(JsonException.class, () -> Json.parse("[".repeat(depth + 1) + "]".repeat(depth + 1)));
        // Depth counts what is open, not what there is.
        assertEquals(100, ((List<?>) Json.parse("[" + "[],".repeat(99) + "[]]")).size());

        String longest = '"' + "x".repeat(Json.MAX_LENGTH - 2) + '"';
        assertEquals(Json.MAX_LENGTH - 2, ((String) Json.parse(longest)).length());
        assertThrows(JsonException.class, () -> Json.parse(longest + " "));
    }

    @Test
    void writesCompactly() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("level", "info");
        map.put("msg", "hi \"there\"\n");
        map.put("n", Arrays.asList(1, 2L, 1.5, true, null, Map.of(), List.of()));
        assertEquals("{\"level\":\"info\",\"msg\":\"hi \\\"there\\\"\\n\",\"n\":[1,2,1.5,true,null,{},[]]}",
                Json.write(map));
        assertEquals("\"\\u0000\\u001f\\t\\r\\\\\ud83d\ude00\"", Json.write("\0\u001f\t\r\\\ud83d\ude00"));
        assertEquals("\"\\u007f\\u0085\\u009b\\u2028\\u2029\\u202e\u00a0\u00e4\"",
                Json.write("\u007f\u0085\u009b\u2028\u2029\u202e\u00a0\u00e4"));
        assertEquals("\"\uFFFD\uFFFDa\"", Json.write("\udc00\ud800a"));
    }

    @Test
    void writesOnlyWhatJsonHas() {
        assertThrows(IllegalArgumentException.class, () -> Json.write(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Json.write(List.of(Double.NEGATIVE_INFINITY)));
        assertThrows(IllegalArgumentException.class, () -> Json.write(new Object()));
    }

    @Test
    void readsWhatItWrote() throws JsonException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            Object value = value(random, 5);
            assertEquals(value, Json.parse(Json.write(value)), "seed " + seed);
        }
    }

    @Test
    void randomTextNeverFailsOtherwise() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "{}[]\",:\\u0dD8c-+.eE19 tfnrualse\ud800\udc00";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "{\"" : "[");
            random.ints(random.nextInt(12), 0, alphabet.length()).forEach(c -> text.append(alphabet.charAt(c)));
            assertTrue(parsesOrRefuses(text.toString()), () -> "seed " + seed + ", text " + text);
        }
    }

    private static boolean parsesOrRefuses(String text) {
        try {
            Json.parse(text);
            return true;
        } catch (JsonException e) {
            return e.getMessage().contains(" at character ");
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong() >> random.nextInt(64);
            case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300);
            case 4 -> text(random);
            case 5 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(text(random), value(random, depth - 1));
                }
                yield map;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(8), 0, 0x20000)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
