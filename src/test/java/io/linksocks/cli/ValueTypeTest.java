package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
    @ParameterizedTest
    @CsvSource({"0, PT0S", "0s, PT0S", "1ns, PT0.000000001S", "2us, PT0.000002S", "500ms, PT0.5S", "5s, PT5S",
        "1m, PT1M", "12h, PT12H", "1h30m, PT1H30M", "1h1m1s1ms, PT1H1M1.001S", ".5s, PT0.5S", "1.25h, PT1H15M"})
    void durations(String text, Duration expected) throws UsageException {
        assertEquals(expected, Quantity.parseDuration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5x", "-5s", "5s ", " 5s", "1..5s", ".s", "5 s", "5s5", "1d", "\u0665s",
        "100000h", "99999999999999999999h", "00000000000000000000000000000000000000001s"})
    void badDurations(String text) {
        assertThrows(UsageException.class, () -> Quantity.parseDuration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1ms", "1500ms", "5s", "90s", "2m", "3h"})
    void durationsAreWrittenAsTheyAreRead(String text) throws UsageException {
        assertEquals(text, Quantity.duration(Quantity.parseDuration(text)));
    }

    /** The digits are Arabic-Indic, Devanagari, fullwidth and mathematical ones. */
    @ParameterizedTest
    @ValueSource(strings = {"", "+", "-", "0x50", "8 0", "80.0", "1e3", "\u0668\u0660", "\u096e\u0966", "\uff18\uff10", "8\u0660",
        "\ud835\udfd6", "99999999999"})
    void whatIsNoWholeNumber(String text) {
        assertThrows(UsageException.class, () -> new ValueType.Whole(0, 65_535).read(text, null));
        assertThrows(UsageException.class, () -> new ValueType.Count().read(text, null));
    }

    @Test
    void textIsLimitedInBytes() throws UsageException {
        ValueType token = new ValueType.Text(ValueType.MAX_CREDENTIAL);
        assertEquals("x".repeat(255), token.read("x".repeat(255), null));
        assertThrows(UsageException.class, () -> token.read("x".repeat(256), null));
        assertThrows(UsageException.class, () -> token.read("\u00e4".repeat(128), null));
    }

    @ParameterizedTest
    @CsvSource({"off, 0", "OFF, 0", "1, 1", "65536, 65536", "64KiB, 65536", "64k, 65536", "1MiB, 1048576", "16m, 16777216"})
    void sizes(String text, int expected) throws UsageException {
        assertEquals(expected, new ValueType.Size(1, 16 << 20).read(text, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "on", "1KB", "1 k", "16777217", "17m", "999999999m", "1.5m", "9999999999", "k"})
    void badSizes(String text) {
        assertThrows(UsageException.class, () -> new ValueType.Size(1, 16 << 20).read(text, null));
    }

    @ParameterizedTest
    @CsvSource({"20ms-500ms, PT0.02S, PT0.5S", "0-0, PT0S, PT0S", "0-1s, PT0S, PT1S", "10s-10s, PT10S, PT10S"})
    void rangesOfTime(String text, Duration min, Duration max) throws UsageException {
        assertEquals(new ValueType.PeriodRange.Limits(min, max),
                new ValueType.PeriodRange(Duration.ofSeconds(10)).read(text, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "20ms", "20ms-", "-20ms", "500ms-20ms", "0-11s", "1s-2s-3s", "20-500ms", "a-b"})
    void badRangesOfTime(String text) {
        assertThrows(UsageException.class, () -> new ValueType.PeriodRange(Duration.ofSeconds(10)).read(text, null));
    }

    @Test
    void choicesIgnoreCase() throws UsageException {
        assertEquals("auto", new ValueType.Choice(List.of("auto")).read("AUTO", null));
    }

    @ParameterizedTest
    @CsvSource({"a, a, 0", "ab, ba, 1", "abc, ac, 1", "abc, abxc, 1", "abc, abd, 1", "kitten, sitting, 3", "a, '', 1"})
    void typingErrorsAreCounted(String a, String b, int errors) {
        assertEquals(errors, Nearest.distance(a, b));
        assertEquals(errors, Nearest.distance(b, a));
    }

    @Test
    void theFirstOfEqualsIsNearest() {
        assertEquals("server", Nearest.to("sevrer", List.of("client", "server", "demo")));
        assertEquals("ab", Nearest.to("ax", List.of("ab", "ac")));
    }
}
