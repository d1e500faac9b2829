package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.json.Json;
import io.linksocks.json.JsonDocument;
import io.linksocks.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Files of tunnels: refused in lines that name a line and repeat no secret, or read the same twice; and what the strict
 * reader takes means the same to the one for people.
 */
public final class ConfigFuzz implements FuzzTarget {
    private static final Path FOLDER = Path.of("folder");
    /** What a value of a secret option must have in it to be looked for. */
    private static final String SECRET = "s3cr3t";

    @Override
    public Outcome run(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        checkAgainstStrictReader(text);
        try {
            Config config = ConfigReader.read(text, FOLDER);
            Config again = ConfigReader.read(text.replaceFirst("^\uFEFF?", "$0\n/* // */") + "//", FOLDER);
            assertEquals(config.names(), again.names());
            for (int i = 0; i < config.tunnels().size(); i++) {
                assertTrue(config.tunnels().get(i).sameAs(again.tunnels().get(i)), "with comments around it");
                assertEquals(config.tunnels().get(i).line() + 1, again.tunnels().get(i).line());
            }
            return Outcome.accepted(Integer.toString(Math.min(4, config.tunnels().size())));
        } catch (UsageException e) {
            e.problems().forEach(problem -> check(problem, text));
            assertTrue(e.problems().size() <= 20);
            return Outcome.rejected(e);
        }
    }

    private static void checkAgainstStrictReader(String text) {
        Object strict;
        try {
            strict = Json.parse(text);
        } catch (JsonException e) {
            return;
        }
        try {
            assertEquals(strict, JsonDocument.parse(text).root());
        } catch (JsonException e) {
            throw new AssertionError("only the strict reader takes it", e);
        }
    }

    private static void check(String problem, String text) {
        assertTrue(problem.length() < 1000, problem);
        int line = Integer.parseInt(problem.replaceFirst("(?s)^line ([0-9]+)[:,].*", "$1"));
        assertTrue(line >= 1 && line <= text.split("\n", -1).length, problem);
        assertFalse(problem.contains(SECRET) && onlyInSecrets(text), problem);
    }

    /** Whether it stands in nothing but values of options that are secret. */
    private static boolean onlyInSecrets(String text) {
        try {
            return onlyInSecrets(JsonDocument.parse(text).root(), false);
        } catch (JsonException e) {
            // a key is what stands before a colon, whatever it was meant to be
            return !Pattern.compile(SECRET + "[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"\\s*:", Pattern.DOTALL).matcher(text).find();
        }
    }

    private static boolean onlyInSecrets(Object value, boolean secret) {
        return switch (value) {
            case Map<?, ?> map -> map.entrySet().stream().allMatch(member -> !((String) member.getKey()).contains(SECRET)
                    && onlyInSecrets(member.getValue(), isSecret((String) member.getKey())));
            case List<?> list -> list.stream().allMatch(element -> onlyInSecrets(element, secret));
            case String text -> secret || !text.contains(SECRET);
            case null, default -> true;
        };
    }

    private static boolean isSecret(String key) {
        return List.of(new ServerCommand().table(), ClientCommand.TABLE).stream()
                .allMatch(table -> table.named(key) == null || table.named(key).secret());
    }

    @Override
    public List<String> dictionary() {
        return List.of("{", "}", "[", "]", ",", ",}", ":", "\"", "//", "/*", "*/", "\n", "\\", "\"servers\":{",
                "\"clients\":{", "\"providers\":{", "\"connectors\":{", "\"a\":{", "\"token\":\"s3cr3t\"",
                "\"header\":[\"s3cr3t\"]", "\"socks-port\":", "65536", "-1", "1.5", "true", "null",
                "\"resume-timeout\":\"1h\"", "\"debug\":1", "\"socks-nowait\":true", "\"socks-no-wait\":true", "\"url\":[",
                "\u00ef\u00bb\u00bf", "\u00e2\u0080\u00ae");
    }

    /** Naming the nearest option compares an unknown one with all; reading twice. */
    @Override
    public long memory(int length) {
        return (4 << 20) + 80_000L * length;
    }
}
