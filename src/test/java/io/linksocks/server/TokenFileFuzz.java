package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Token files: what is read survives being stored, and an error names a line and never a token. */
public final class TokenFileFuzz implements FuzzTarget {
    @Override
    public Outcome run(byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.UTF_8);
        Map<Integer, TokenRecord> entries;
        try {
            entries = TokenFile.parse(text);
        } catch (IOException e) {
            assertEquals(IOException.class, e.getClass());
            assertTrue(e.getMessage().matches("line [0-9]+: (same token as in line [0-9]+|expected .*|a port is .*|a token has .*"
                    + "|unknown setting.*|(name|certificate) must .*"
                    + "|(name|expires|up|down|quota|channels|clients|from|balance|certificate): .*)"), e.getMessage());
            return Outcome.rejected(e);
        }
        Set<String> tokens = new HashSet<>();
        for (TokenRecord entry : entries.values()) {
            assertTrue(tokens.add(entry.token()), "each token once");
            assertEquals(entry, TokenJson.read(JsonMembers.parse(Json.write(TokenJson.write(entry)))), "stored");
        }
        return Outcome.accepted(Integer.toString(Math.min(4, entries.size())));
    }

    @Override
    public List<String> dictionary() {
        return List.of("forward ", "reverse ", " name=a", " expires=2026-12-31", " up=1M", " down=1k", " quota=1g/day",
                " channels=1", " clients=2", " from=10.0.0.0/8,::1", " balance=sticky", " certificate=laptop", " disabled",
                "connector ", " 9870", " 0", " 65536", "\n", "\r\n", "\r", "\t", "#", " #", "a b", "\u00c2\u00a0",
                "\u00e2\u0080\u00a8", "\u000b", "\0");
    }
}
