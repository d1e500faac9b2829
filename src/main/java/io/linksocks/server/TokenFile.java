package io.linksocks.server;

import io.linksocks.util.TokenText;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The parser of token files, which have a token per line: {@code forward TOKEN}, {@code reverse TOKEN [PORT]} or
 * {@code connector TOKEN REVERSE_TOKEN}. A word that starts with {@code #} begins a comment.
 */
final class TokenFile {
    private static final int MAX_PORT = 0xFFFF;

    private TokenFile() {}

    /**
     * Parses a file.
     *
     * @return entries by line number, from 1
     * @throws IOException naming the line, but no token
     */
    static Map<Integer, TokenRecord> parse(String text) throws IOException {
        Map<Integer, TokenRecord> entries = new LinkedHashMap<>();
        Map<String, Integer> lines = new HashMap<>();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            List<String> words = words(line);
            if (words.isEmpty()) {
                continue;
            }
            TokenRecord entry = entry(words, number);
            checkToken(entry.token(), number);
            Integer earlier = lines.putIfAbsent(entry.token(), number);
            if (earlier != null) {
                throw wrong(number, "same token as in line " + earlier);
            }
            entries.put(number, entry);
        }
        return entries;
    }

    /**
     * Rejects a changed file without a final newline: it may be partly written and end in the middle of a token, whose first
     * half is easier to guess.
     */
    static void requireComplete(String text) throws IOException {
        if (!text.endsWith("\n") && !text.endsWith("\r")) {
            throw new IOException("the last line has no newline, so the file may be incomplete and is ignored; add a newline");
        }
    }

    private static List<String> words(String line) {
        return Stream.of(line.split("\\s+")).filter(word -> !word.isEmpty())
                .takeWhile(word -> !word.startsWith("#")).toList();
    }

    private static TokenRecord entry(List<String> words, int line) throws IOException {
        return switch (words.get(0) + " " + (words.size() - 1)) {
            case "forward 1" -> TokenRecord.forward(words.get(1));
            case "reverse 1" -> reverse(words.get(1), 0);
            case "reverse 2" -> reverse(words.get(1), port(words.get(2), line));
            case "connector 2" -> TokenRecord.connector(words.get(1), words.get(2));
            default -> throw wrong(line,
                    "expected \"forward TOKEN\", \"reverse TOKEN [PORT]\" or \"connector TOKEN REVERSE_TOKEN\"");
        };
    }

    private static TokenRecord reverse(String token, int port) {
        return TokenRecord.reverse(ReverseTokenOptions.DEFAULT.withToken(token).withPort(port));
    }

    private static void checkToken(String token, int line) throws IOException {
        try {
            TokenText.check(token);
        } catch (IllegalArgumentException e) {
            throw wrong(line, e.getMessage());
        }
    }

    private static int port(String word, int line) throws IOException {
        int port = word.matches("[0-9]{1,5}") ? Integer.parseInt(word) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw wrong(line, "a port is a number from 1 to " + MAX_PORT);
        }
        return port;
    }

    static IOException wrong(int line, String what) {
        return new IOException("line " + line + ": " + what);
    }
}
