package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionParserTest {
    private static final Option SWITCH = Option.toggle("fast", "").letter('f').from("T_FAST");
    private static final Option REVERSE = Option.toggle("reverse", "").letter('r').alias("backwards");
    private static final Option TEXT = Option.text("token", "TOKEN", "").letter('t').from("T_TOKEN").confidential();
    private static final Option PORT = Option.port("port", "").letter('p').from("T_PORT").orElse("9870");
    private static final Option WAIT = Option.duration("wait", Duration.ofMillis(100), Duration.ofHours(1), "")
            .letter('w').orElse("5s");
    private static final Option URL = Option.list("url", "URL", "").letter('u').from("T_URL").orElse("ws://localhost");
    private static final Option MODE = Option.choice("mode", "MODE", List.of("auto", "relay-only"), "");
    private static final OptionTable TABLE =
            OptionTable.of(SWITCH, REVERSE, TEXT, PORT, WAIT, URL, MODE).with(CommonOptions.COMMON);

    private static OptionValues parse(Map<String, String> environment, String... arguments) throws UsageException {
        return OptionParser.parse("client", TABLE, List.of(arguments), CommandLineHarness.terminal(environment));
    }

    private static OptionValues parse(String line) throws UsageException {
        return parse(Map.of(), line.isEmpty() ? new String[0] : line.split(" "));
    }

    private static String failure(Map<String, String> environment, String... arguments) {
        return assertThrows(UsageException.class, () -> parse(environment, arguments)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--token=abc", "--token abc", "-tabc", "-t abc", "-t=abc", "-ftabc", "-rft abc", "-ddt=abc",
        "-t x -t abc", "-p 1 --token abc --"})
    void everyFormOfAValue(String line) throws UsageException {
        assertEquals("abc", parse(line).text(TEXT));
    }

    @ParameterizedTest
    @CsvSource({"-f, true", "--fast, true", "--fast=false, false", "-f=no, false", "--fast=YES, true", "-f=1, true",
        "--fast=off, false", "-f --fast=f, false", "-rf, true", "-r, false", "'', false"})
    void switches(String line, boolean on) throws UsageException {
        assertEquals(on, parse(line).isOn(SWITCH));
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "-d, 1", "-dd, 2", "-d -d, 2", "--debug --debug -d, 3", "-rdfd, 2", "--debug=2, 2", "-d=1, 1"})
    void counts(String line, int count) throws UsageException {
        assertEquals(count, parse(line).count(CommonOptions.DEBUG));
    }

    @Test
    void combinedSwitchesAreAllSeen() throws UsageException {
        OptionValues values = parse("-rfddp1080");
        assertTrue(values.isOn(REVERSE) && values.isOn(SWITCH));
        assertEquals(2, values.count(CommonOptions.DEBUG));
        assertEquals(1080, values.number(PORT));
    }

    @Test
    void aliasesMeanTheSame() throws UsageException {
        assertTrue(parse("--backwards").isOn(REVERSE));
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "5s, PT5S", "1m, PT1M", "1h, PT1H", "30m30s, PT30M30S", "1.5s, PT1.5S"})
    void durations(String text, Duration expected) throws UsageException {
        assertEquals(expected, parse("--wait=" + text).duration(WAIT));
    }

    @Test
    void aRepeatableOptionKeepsTheOrder() throws UsageException {
        assertEquals(List.of("b", "a", "c"), parse("-u b --url a -u=c").list(URL));
    }

    @Test
    void aValueMayBeginWithADash() throws UsageException {
        assertEquals("-secret", parse("-t -secret").text(TEXT));
        assertEquals("=x", parse("--token==x").text(TEXT));
    }

    @Test
    void anEmptyTextIsNoText() throws UsageException {
        assertNull(parse(Map.of(), "-t", "").text(TEXT));
        assertEquals("fromEnvironment", parse(Map.of("T_TOKEN", "fromEnvironment"), "--token=").text(TEXT));
    }

    @Test
    void defaultsFillTheGaps() throws UsageException {
        OptionValues values = parse("");
        assertEquals(9870, values.number(PORT));
        assertEquals(Duration.ofSeconds(5), values.duration(WAIT));
        assertEquals(List.of("ws://localhost"), values.list(URL));
        assertNull(values.text(TEXT));
        assertFalse(values.isGiven(PORT));
    }

    @Test
    void aVariableStandsInForAFlag() throws UsageException {
        OptionValues values = parse(Map.of("T_PORT", " 1080 ", "T_URL", "ws://a", "T_FAST", "yes", "T_TOKEN", "x"));
        assertEquals(1080, values.number(PORT));
        assertEquals(List.of("ws://a"), values.list(URL));
        assertEquals("x", values.text(TEXT));
        assertTrue(values.isOn(SWITCH) && values.isGiven(PORT));
        assertEquals("T_PORT", values.origin(PORT));
    }

    @Test
    void aFlagWinsOverItsVariable() throws UsageException {
        Map<String, String> environment = Map.of("T_PORT", "nonsense", "T_URL", "ws://a", "T_FAST", "true");
        OptionValues values = parse(environment, "-p", "1", "-u", "ws://b", "--fast=false");
        assertEquals(1, values.number(PORT));
        assertEquals(List.of("ws://b"), values.list(URL));
        assertFalse(values.isOn(SWITCH));
    }

    @Test
    void aBlankVariableIsNone() throws UsageException {
        OptionValues values = parse(Map.of("T_PORT", "  ", "T_FAST", ""));
        assertEquals(9870, values.number(PORT));
        assertFalse(values.isOn(SWITCH));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "1, true", "YES, true", "on, true", "False, false", "0, false",
        "no, false", "off, false"})
    void booleanVariables(String value, boolean on) throws UsageException {
        assertEquals(on, parse(Map.of("T_FAST", value)).isOn(SWITCH));
    }

    @Test
    void helpIsAnsweredBeforeAnythingElse() throws UsageException {
        assertTrue(parse(Map.of("T_PORT", "nonsense"), "-f", "-h", "--unknown").isOn(CommonOptions.HELP));
        assertTrue(parse("-fh").isOn(CommonOptions.HELP));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--tokn=x            | unknown option '--tokn'; the nearest is --token",
        "--prot 1            | unknown option '--prot'; the nearest is --port",
        "--zzzzzz            | unknown option '--zzzzzz'; linksocks help client lists all",
        "--back-wards        | unknown option '--back-wards'; the nearest is --reverse",
        "-F                  | unknown option '-F'; the nearest is -f (--fast)",
        "-fz                 | unknown option '-z'; linksocks help client lists all",
        "-d2                 | unknown option '-2'; linksocks help client lists all",
        "--port              | --port: a value is missing (PORT)",
        "-fp                 | -p: a value is missing (PORT)",
        "-p x                | -p: 'x' is not a whole number from 0 to 65535",
        "-p 65536            | -p: '65536' is not between 0 and 65535",
        "--port=-1           | --port: '-1' is not between 0 and 65535",
        "--port=             | --port: '' is not a whole number from 0 to 65535",
        "--fast=maybe        | --fast: 'maybe' is neither true nor false",
        "-d=x                | -d: 'x' is not a whole number from 0 to 9",
        "--mode relay        | --mode: 'relay' is not one of auto, relay-only",
        "-w 5                | -w: '5' is not a length of time like 500ms, 5s, 1m or 1h30m; the nearest is 5s",
        "-w 1m5              | -w: '1m5' is not a length of time like 500ms, 5s, 1m or 1h30m",
        "-w 1ms              | -w: '1ms' is not between 100ms and 1h",
        "-w 90m              | -w: '90m' is not between 100ms and 1h",
        "--url=              | --url: '' is empty",
        "-token x            | unknown option '-token'; --token has two dashes",
        "-token=x            | unknown option '-token'; --token has two dashes",
        "-r -fast            | unknown option '-fast'; --fast has two dashes",
        "-backwards          | unknown option '-backwards'; --backwards has two dashes",
        "--t x               | unknown option '--t'; -t has one dash",
        "stray               | unexpected argument; is it the value of -t (--token)?",
        "-f stray            | unexpected argument after --fast; is it the value of -t (--token)?",
        "-f -- --fast        | unexpected argument after --, where options end",
        "-                   | unexpected argument; is it the value of -t (--token)?",
    })
    void everyMistakeHasItsLine(String line, String message) {
        assertEquals(message, failure(Map.of(), line.split(" ")));
    }

    @Test
    void aBadVariableIsNamed() {
        assertEquals("T_PORT: 'x' is not a whole number from 0 to 65535", failure(Map.of("T_PORT", "x")));
        assertEquals("T_FAST: 'maybe' is neither true nor false", failure(Map.of("T_FAST", "maybe")));
    }

    @Test
    void secretsAreNotRepeated() {
        Option secretNumber = Option.number("pin", 0, 9, "").letter('n').confidential();
        OptionTable table = OptionTable.of(secretNumber).with(TABLE);
        Terminal terminal = CommandLineHarness.terminal(Map.of());
        assertEquals("-n: the value is not a whole number from 0 to 9", assertThrows(UsageException.class,
                () -> OptionParser.parse("client", table, List.of("-nhunter2"), terminal)).getMessage());
        assertEquals("unexpected argument after --token; a value with spaces needs quotes",
                failure(Map.of(), "-t", "correct", "horse"));
    }

    @Test
    void aTokenBehindTheWrongLetterIsNotRepeated() {
        Option threads = Option.number("threads", 1, 64, "").letter('T');
        Option name = Option.number("number", 1, 64, "").letter('n');
        OptionTable table = OptionTable.of(threads, name).with(TABLE);
        Terminal terminal = CommandLineHarness.terminal(Map.of());
        for (List<String> line : List.of(List.of("-T", "hunter2"), List.of("-Thunter2"), List.of("-fT=hunter2"))) {
            assertEquals("-T: the value is not a whole number from 1 to 64; is it the value of -t (--token)?",
                    assertThrows(UsageException.class, () -> OptionParser.parse("client", table, line, terminal)).getMessage());
        }
        assertEquals("-n: 'x' is not a whole number from 1 to 64", assertThrows(UsageException.class,
                () -> OptionParser.parse("client", table, List.of("-n", "x"), terminal)).getMessage());
    }

    @Test
    void anArgumentIsRepeatedWhereNoSecretIsExpected() {
        assertEquals("unexpected argument 'x'", assertThrows(UsageException.class, () -> OptionParser.parse(
                "client", OptionTable.of(PORT), List.of("x"), CommandLineHarness.terminal(Map.of()))).getMessage());
    }

    @Test
    void foreignTextStaysOnItsLine() {
        assertEquals("unknown option '--a\\nb\\u001b[1m'; linksocks help client lists all",
                failure(Map.of(), "--a\nb\u001b[1m"));
        assertTrue(failure(Map.of(), "--" + "x".repeat(5000)).length() < 150);
    }

    @Test
    void valuesThatTheLocaleDamagedAreRefusedAndNotRepeated() {
        String damaged = "\uFFFD\uFFFDsecret";
        for (String message : List.of(failure(Map.of(), "-t", damaged), failure(Map.of(), "--token=" + damaged),
                failure(Map.of("T_TOKEN", damaged)), failure(Map.of(), "-u", damaged))) {
            assertTrue(message.contains("LC_ALL=C.UTF-8"), message);
            assertFalse(message.contains("secret"), message);
        }
    }
}
