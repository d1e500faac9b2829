package io.linksocks.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "{\"a\":[1,2]}",
        "{\"a\":[1,2,],}",
        "{\"a\":[1,2 , ] , }",
        "// first\n{\"a\":[1,2]} // last",
        "{\"a\"/**/:/* one *//* two */[1,//\n2]}",
        "/*/{\"a\":0}/*/{\"a\":[1,/*]*/2]}",
        "{\"a\":[1,2, // the last\n]}\r\n",
        "\uFEFF{\"a\":[1,2]}",
        "{\"a\":[1,2]}//",
    })
    void readsWhatPeopleWrite(String text) throws JsonException {
        assertEquals(Map.of("a", List.of(1L, 2L)), JsonDocument.parse(text).root());
    }

    @Test
    void leavesStringsAlone() throws JsonException {
        assertEquals(List.of("// no", "/* no */", ",]", "\"//", "\\"),
                JsonDocument.parse("[\"// no\", \"/* no */\", \",]\", \"\\\"//\", \"\\\\\",] // yes").root());
    }

    @Test
    void knowsTheLinesOfMembers() throws JsonException {
        JsonDocument document = JsonDocument.parse("""
                { /* a
                     comment */
                  "a": {"b": 1, "c": "\\n"},

                  "d": [{"e": 2}],
                  "": 3
                }""");
        Map<?, ?> root = (Map<?, ?>) document.root();
        assertEquals(3, document.line(root, "a"));
        assertEquals(3, document.line((Map<?, ?>) root.get("a"), "c"));
        assertEquals(5, document.line((Map<?, ?>) ((List<?>) root.get("d")).getFirst(), "e"));
        assertEquals(6, document.line(root, ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``                  | line 1, column 1: unexpected end",
        "{;\"a\": 1,,}       | line 2, column 8, at or behind \"a\": expected '\"'",
        "{,}                 | line 1, column 2: expected '\"'",
        "[,]                 | line 1, column 2: expected a value",
        "[1,,]               | line 1, column 4: expected a value",
        "{\"a\":,}           | line 1, column 6, at or behind \"a\": expected a value",
        "{\"a\": s3cr3t}     | line 1, column 7, at or behind \"a\": expected a value",
        "{\"a\": 1;\"b\": 2} | line 2, column 1, at or behind \"a\": expected '}'",
        "{;\"a\": 1,;\"a\": 2}| line 3, column 1, at or behind \"a\": duplicate name",
        "{\"a\": \"s3cr3t    | line 1, column 14, at or behind \"a\": unexpected end",
        "[1, /* to the end   | line 1, column 5: comment without an end",
        "[1, / 2]            | line 1, column 5: expected a value",
        "[1] x               | line 1, column 5: expected the end",
        "[1, # 2]            | line 1, column 5: expected a value",
        "['a']               | line 1, column 2: expected a value",
        "[01]                | line 1, column 3: expected ']'",
    })
    void errorsNameLineAndMember(String text, String message) {
        assertEquals(message,
                assertThrows(JsonException.class, () -> JsonDocument.parse(text.replace(';', '\n'))).getMessage());
    }

    @Test
    void isAsBoundedAsTheStrictReader() {
        assertThrows(JsonException.class, () -> JsonDocument.parse("[".repeat(Json.MAX_DEPTH + 1)));
        assertThrows(JsonException.class, () -> JsonDocument.parse(" ".repeat(Json.MAX_LENGTH) + "1"));
        assertThrows(JsonException.class, () -> JsonDocument.parse("\"" + "\\".repeat(100)));
    }

    @Test
    void theStrictReaderTakesNoneOfIt() {
        for (String text : new String[] {"[1,]", "//\n1", "/**/1", "\uFEFF1"}) {
            assertThrows(JsonException.class, () -> Json.parse(text), text);
        }
    }
}
