package io.linksocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table in docs/architecture.md, and rules that no compiler checks. */
class ArchitectureTest {
    private static final Path SOURCES = Path.of("src/main/java/io/linksocks");
    private static final int LONGEST_FILE = 500;
    private static final int WIDEST_LINE = 130;
    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?io\\.linksocks\\.(\\w+)\\.");

    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("util", Set.of()),
            Map.entry("json", Set.of("util")),
            Map.entry("wire", Set.of("util")),
            Map.entry("protocol", Set.of("util", "json", "wire")),
            Map.entry("http", Set.of("util")),
            Map.entry("tls", Set.of("util")),
            Map.entry("access", Set.of("util")),
            Map.entry("websocket", Set.of("util", "protocol", "http", "tls", "access")),
            Map.entry("seal", Set.of("util", "protocol")),
            Map.entry("session", Set.of("util", "protocol", "seal")),
            Map.entry("socks", Set.of("util")),
            Map.entry("dial", Set.of("util", "protocol", "http", "socks", "access", "seal")),
            Map.entry("relay", Set.of("util", "wire", "protocol", "session", "dial", "seal")),
            Map.entry("proxy", Set.of("util", "protocol", "http", "session", "socks", "dial", "relay", "seal")),
            Map.entry("metrics", Set.of("util", "http", "session", "dial")),
            Map.entry("cluster", Set.of("util", "json", "tls")),
            Map.entry("server", Set.of("util", "json", "protocol", "cluster", "http", "tls", "websocket", "session", "socks",
                    "access", "dial", "relay", "proxy", "metrics", "wire")),
            Map.entry("client", Set.of("util", "json", "protocol", "http", "tls", "websocket", "session", "socks", "access",
                    "dial", "relay", "proxy", "metrics", "seal", "wire")),
            Map.entry("cli", Set.of("util", "json", "tls", "websocket", "access", "server", "client", "seal", "wire")));

    @Test
    void importsPointUpward() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : sources()) {
            String own = SOURCES.relativize(file).getName(0).toString();
            for (String line : Files.readAllLines(file)) {
                Matcher imported = IMPORT.matcher(line);
                if (imported.find() && !imported.group(1).equals(own) && !MAY_IMPORT.get(own).contains(imported.group(1))) {
                    wrong.add(file + ": " + line);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** A blocking synchronized block pins its carrier thread on JDK 21. */
    @Test
    void nothingIsSynchronized() throws IOException {
        assertNowhere(Pattern.compile("\\bsynchronized\\b"));
    }

    @Test
    void nobodyPrintsPastTheLog() throws IOException {
        assertNowhere(Pattern.compile("printStackTrace"));
    }

    @Test
    void filesAreShort() throws IOException {
        for (Path file : sources()) {
            assertFalse(Files.readAllLines(file).size() > LONGEST_FILE, file + " has more than one job");
        }
    }

    @Test
    void linesFitOnAScreen() throws IOException {
        List<String> wide = new ArrayList<>();
        for (Path folder : List.of(SOURCES, Path.of("src/test/java"), Path.of("bench/src"))) {
            for (Path file : javaFiles(folder)) {
                if (Files.readAllLines(file).stream().anyMatch(line -> line.length() > WIDEST_LINE)) {
                    wide.add(file.toString());
                }
            }
        }
        assertEquals(List.of(), wide);
    }

    private static void assertNowhere(Pattern pattern) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            for (String line : Files.readAllLines(file)) {
                if (pattern.matcher(line).find()) {
                    found.add(file + ": " + line);
                }
            }
        }
        assertEquals(List.of(), found);
    }

    private static List<Path> sources() throws IOException {
        return javaFiles(SOURCES);
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.filter(path -> path.toString().endsWith(".java")).toList();
            assertFalse(files.isEmpty(), "no sources at " + folder.toAbsolutePath());
            return files;
        }
    }
}
