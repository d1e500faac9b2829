package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksClientBuilder;
import io.linksocks.server.ClusterSettings;
import io.linksocks.server.LinkSocksServerBuilder;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagNamesTest {
    private static final Path SOURCES = Path.of("src/main/java/io/linksocks");
    private static final Pattern COMMENT = Pattern.compile("^\\s*(?:/?\\*|//).*");
    private static final Pattern LITERAL = Pattern.compile("'(?:[^'\\\\]|\\\\.)+'|\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** {@code -x} or {@code --name}, a variable or a command; but no option of Java or openssl. */
    private static final Pattern OF_THE_COMMAND_LINE = Pattern.compile("(?<![\\w\\]-])(?:-(?!D)[a-zA-Z](?![\\w\\]])|--[a-z])"
            + "|LINKSOCKS_|linksocks (?:server|client|provider|connector|secret)|command line");
    /** As messages write calls: {@code name(...)}, {@code name("...", ...)}, {@code name(true)}, {@code name()}. */
    private static final Pattern CALL = Pattern.compile("\\b([a-z]\\w*)\\((?:[^()]*\\.\\.\\.|true|false|)\\)");
    private static final Pattern REFUSAL =
            Pattern.compile("new (?:Dial|Channel|Seal|Socks|Http|Unavailable|InvalidToken)Exception\\([^;]*;");
    private static final Pattern ROW = Pattern.compile("case (\".*\") ->");
    private static final List<Class<?>> API = List.of(LinkSocksClientBuilder.class, LinkSocksClient.class,
            LinkSocksServerBuilder.class, ClusterSettings.Builder.class);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "set the right one with token(...)                   | set the right one with -t or LINKSOCKS_TOKEN",
        "name its authority with ca(...)                     | name its authority with --ca FILE",
        "use its name, or sni(...)                           | use its name, or --sni NAME",
        "set it with certificate(...)                        | set it with --cert and --key",
        "pass it with header(\"Authorization\", ...)         | pass it with --header 'Authorization: ...'",
        "name another with upstreamProxy(...)                | name another with -x",
        "another port with port(...), address with host(...) | another port with -P, address with -H",
        "make one with newSecret()                           | make one with 'linksocks secret'",
        "no such member: port(...), token(1), later(...)     | no such member: -P, token(1), later(...)",
        "IOException(x) of a(b(c) and (                      | IOException(x) of a(b(c) and (",
    })
    void aCallOfTheLibraryBecomesItsFlag(String message, String shown) {
        assertEquals(shown, FlagNames.in(message));
    }

    @ParameterizedTest
    @CsvSource({"TEXT", "JSON"})
    void theLogNamesFlags(LogFormatter.Format format) {
        LogRecord record = new LogRecord(Level.WARNING, "insecure(true): certificates are not checked");
        record.setThrown(new IOException("ignore it with environmentProxy(false)"));
        String line = new LogFormatter(format, false).format(record);
        assertTrue(line.contains("--insecure: certificates") && line.contains("ignore it with -E"), line);
    }

    @Test
    void noTextOfTheLibraryNamesTheCommandLine() throws IOException {
        List<String> wrong = libraryTexts().stream().filter(text -> OF_THE_COMMAND_LINE.matcher(text).find()).toList();
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyCallInATextOfTheLibraryHasAFlag() throws IOException {
        Set<String> rows = new TreeSet<>();
        ROW.matcher(Files.readString(SOURCES.resolve("cli/FlagNames.java"))).results()
                .forEach(row -> literals(row.group(1)).forEach(rows::add));
        assertEquals(rows, calls());
    }

    @Test
    void everyCallInATextOfTheLibraryIsOfItsApi() throws IOException {
        List<Method> members = API.stream().flatMap(type -> Arrays.stream(type.getMethods())).toList();
        for (String call : calls()) {
            assertTrue(members.stream().anyMatch(member -> isCall(call, member)), call);
        }
    }

    /** The peer, or who asks the HTTP API, can call no member of this end's program. */
    @Test
    void noRefusalThatCrossesTheWireNamesTheApi() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : libraryFiles()) {
            REFUSAL.matcher(Files.readString(file)).results().map(MatchResult::group)
                    .filter(refusal -> literals(refusal.replace("\n", " ")).anyMatch(text -> CALL.matcher(text).find()))
                    .forEach(wrong::add);
        }
        assertEquals(List.of(), wrong);
    }

    private static boolean isCall(String call, Method member) {
        List<Class<?>> parameters = List.of(member.getParameterTypes());
        return member.getName().equals(call.substring(0, call.indexOf('(')))
                && call.endsWith("()") == parameters.isEmpty()
                && (call.endsWith("...)") || parameters.isEmpty() || parameters.equals(List.of(boolean.class)));
    }

    private static Set<String> calls() throws IOException {
        Set<String> calls = new TreeSet<>();
        for (String text : libraryTexts()) {
            CALL.matcher(text).results().map(MatchResult::group).forEach(calls::add);
        }
        return calls;
    }

    private static List<Path> libraryFiles() throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            return all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.startsWith(SOURCES.resolve("cli"))).toList();
        }
    }

    /** The string literals of all packages but this one. */
    private static List<String> libraryTexts() throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path file : libraryFiles()) {
            Files.readAllLines(file).stream().filter(line -> !COMMENT.matcher(line).matches())
                    .flatMap(FlagNamesTest::literals).forEach(texts::add);
        }
        assertFalse(texts.isEmpty(), "no sources at " + SOURCES.toAbsolutePath());
        return texts;
    }

    private static Stream<String> literals(String line) {
        return LITERAL.matcher(line).results().map(literal -> literal.group(1)).filter(text -> text != null)
                .map(text -> text.replace("\\\"", "\""));
    }
}
