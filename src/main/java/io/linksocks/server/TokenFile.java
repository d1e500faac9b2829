package io.linksocks.server;

import io.linksocks.util.ByteCount;
import io.linksocks.util.TokenText;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The parser of token files, which have a token per line: {@code forward TOKEN}, {@code reverse TOKEN [PORT]} or
 * {@code connector TOKEN REVERSE_TOKEN}, and settings behind it: {@code name=laptop expires=2026-12-31 up=1M quota=10G/day}.
 * A word that starts with {@code #} begins a comment.
 */
final class TokenFile {
    private static final int MAX_PORT = 0xFFFF;
    private static final String DISABLED = "disabled";
    private static final List<String> NAMES = List.of("name", "expires", "up", "down", "quota", "channels", "clients",
            "from", "balance", "certificate", DISABLED);

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
        int fixed = fixedWords(words);
        if (fixed > words.size()) {
            throw malformed(line);
        }
        TokenSettings settings = settings(words.subList(fixed, words.size()), line);
        return switch (words.get(0)) {
            case "forward" -> TokenRecord.forward(words.get(1)).with(settings);
            case "reverse" -> reverse(words.get(1), fixed == 2 ? 0 : port(words.get(2), line)).with(settings);
            case "connector" -> TokenRecord.connector(words.get(1), words.get(2)).with(settings);
            default -> throw malformed(line);
        };
    }

    /** The number of words before the settings. */
    private static int fixedWords(List<String> words) {
        return switch (words.get(0)) {
            case "connector" -> 3;
            case "reverse" -> words.size() > 2 && !isSetting(words.get(2)) ? 3 : 2;
            default -> 2;
        };
    }

    private static boolean isSetting(String word) {
        return word.equals(DISABLED) || word.indexOf('=') > 0;
    }

    private static IOException malformed(int line) {
        return wrong(line, "expected \"forward TOKEN\", \"reverse TOKEN [PORT]\" or \"connector TOKEN REVERSE_TOKEN\"");
    }

    private static TokenRecord.Reverse reverse(String token, int port) {
        return TokenRecord.reverse(ReverseTokenOptions.builder().token(token).port(port).build());
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

    // --- settings ----------------------------------------------------------------------------------------------------

    private static TokenSettings settings(List<String> words, int line) throws IOException {
        TokenSettings.Builder settings = TokenSettings.builder();
        for (String word : words) {
            if (!isSetting(word)) {
                throw malformed(line);
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            // An unknown one is not repeated: it may be a token in the wrong place.
            if (!NAMES.contains(name)) {
                throw wrong(line, "unknown setting; there are " + String.join(", ", NAMES));
            }
            try {
                set(settings, name, word.substring(equals + 1));
            } catch (IllegalArgumentException e) {
                String why = e.getMessage();
                throw wrong(line, why.startsWith(name + " ") ? why : name + ": " + why);
            }
        }
        return settings.build();
    }

    private static void set(TokenSettings.Builder settings, String name, String value) {
        switch (name) {
            case DISABLED -> settings.disabled(true);
            case "name" -> settings.name(value);
            case "expires" -> settings.expires(TokenJson.expiry(value));
            case "up" -> settings.upRate(ByteCount.parse(value));
            case "down" -> settings.downRate(ByteCount.parse(value));
            case "quota" -> settings.quota(quota(value));
            case "channels" -> settings.maxChannels(count(value));
            case "clients" -> settings.maxClients(count(value));
            case "from" -> settings.sources(TokenJson.sources(List.of(value.split(","))));
            case "balance" -> settings.balance(Balance.parse(value));
            case "certificate" -> settings.certificate(value);
            default -> throw new IllegalArgumentException("no setting");
        }
    }

    /** {@code 10G/day}, {@code 100G/month}, or {@code 100G} for a month. */
    private static TokenSettings.Quota quota(String value) {
        int slash = value.indexOf('/');
        return new TokenSettings.Quota(ByteCount.parse(slash < 0 ? value : value.substring(0, slash)),
                TokenJson.period(slash < 0 ? null : value.substring(slash + 1)));
    }

    private static int count(String value) {
        if (!value.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("expected a number");
        }
        return Integer.parseInt(value);
    }

    static IOException wrong(int line, String what) {
        return new IOException("line " + line + ": " + what);
    }
}
