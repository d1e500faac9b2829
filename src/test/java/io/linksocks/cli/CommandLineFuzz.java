package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Command lines, an argument a line: read against the table of the command, they are refused in one line that repeats no secret.
 */
public final class CommandLineFuzz implements FuzzTarget {
    private static final Terminal TERMINAL = CommandLineHarness.terminal(Map.of());
    /** What a value of a secret option must have in it to be looked for. */
    private static final String SECRET = "s3cr3t";

    @Override
    public Outcome run(byte[] input) {
        List<String> words = new ArrayList<>(Arrays.asList(new String(input, StandardCharsets.UTF_8).split("\n", -1)));
        OptionTable table;
        try {
            table = Commands.named(words.removeFirst()).table();
        } catch (UsageException e) {
            return refused(e);
        }
        try {
            OptionValues values = OptionParser.parse("client", table, words, TERMINAL);
            table.options().forEach(option -> check(option, values));
            readFurther(values);
            return Outcome.accepted(table.options().stream().filter(values::isGiven).limit(3).map(Option::name).toList()
                    .toString());
        } catch (UsageException e) {
            if (words.stream().noneMatch(word -> word.contains(SECRET)) || onlyInSecrets(table, words)) {
                assertFalse(e.getMessage().contains(SECRET), e.getMessage());
            }
            return refused(e);
        }
    }

    /** Whether each secret stands in the same argument as the long name of an option for secrets. */
    private static boolean onlyInSecrets(OptionTable table, List<String> words) {
        return words.stream().filter(word -> word.contains(SECRET)).allMatch(word -> table.options().stream()
                .anyMatch(option -> option.secret() && word.startsWith(option.spelled() + "=")));
    }

    private static Outcome refused(UsageException e) {
        String line = OneLine.of(e.getMessage());
        assertTrue(line.chars().noneMatch(c -> c < ' ' || c == 0x7F || c == 0x2028), line);
        assertTrue(line.length() < 4000, line);
        return Outcome.rejected(e);
    }

    /** A default or a given value is of the option's type, and its text form says the same. */
    private static void check(Option option, OptionValues values) {
        Object value = values.value(option);
        switch (option.type()) {
            case ValueType.Whole whole when value != null ->
                assertTrue((Integer) value >= whole.min() && (Integer) value <= whole.max(), option.name());
            case ValueType.Period period when value != null -> {
                Duration time = values.duration(option);
                assertTrue(time.compareTo(period.min()) >= 0 && time.compareTo(period.max()) <= 0, option.name());
                assertEquals(time.toMillis(), reread(Quantity.duration(time)), option.name());
            }
            default -> { }
        }
    }

    private static long reread(String text) {
        try {
            return Quantity.parseDuration(text).toMillis();
        } catch (UsageException e) {
            throw new AssertionError(text, e);
        }
    }

    private static void readFurther(OptionValues values) throws UsageException {
        CommonOptions.accessRules(values);
        CommonOptions.denyRules(values);
        CommonOptions.checkCredentials(values);
        CommonOptions.passUpstreamProxy(values, uri -> { });
    }

    @Override
    public List<String> dictionary() {
        return List.of("\n", "server\n", "client\n", "provider\n", "connector\n", "demo\n", "help\n", "-", "--", "--token=",
                "--token\n", "s3cr3t", "-t", "-rdd", "-p", "--socks-port=", "65536", "-1", "--resume-timeout=", "1h30m",
                "500ms", "1.5h", "99999999999999999999h", "\u00c2\u00b5s", "=", "--access-rule=", "--deny-rule=",
                "*.example:80", "[::1]:80", "10.0.0.0/8:", "--no-resume", "--debug=9", "--upstream-proxy=", "socks5://u:p@h",
                "--header=", "%", "\u00e2\u0080\u00ae", "\u001b[2J");
    }

    /** Naming the nearest option compares an unknown one with all. */
    @Override
    public long memory(int length) {
        return (4 << 20) + 40_000L * length;
    }
}
