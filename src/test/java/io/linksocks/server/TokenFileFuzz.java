package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Token files: what is read comes out again when it is written anew, and an error names a line and never a token. */
public final class TokenFileFuzz implements FuzzTarget {
    @Override
    public Outcome run(byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.UTF_8);
        Map<Integer, TokenRecord> entries;
        try {
            entries = TokenFile.parse(text);
        } catch (IOException e) {
            assertEquals(IOException.class, e.getClass());
            assertTrue(e.getMessage().matches("line [0-9]+: (same token as in line [0-9]+|expected .*|a port is .*|a token has .*)"), e.getMessage());
            return Outcome.rejected(e);
        }
        StringBuilder written = new StringBuilder();
        Set<String> tokens = new HashSet<>();
        for (TokenRecord entry : entries.values()) {
            assertTrue(tokens.add(entry.token()), "each token once");
            written.append(switch (entry) {
                case TokenRecord.Forward forward -> "forward " + forward.token();
                case TokenRecord.Reverse reverse -> "reverse " + reverse.token()
                        + (reverse.options().port() == 0 ? "" : " " + reverse.options().port());
                case TokenRecord.Connector connector -> "connector " + connector.token() + " " + connector.reverseToken();
            }).append('\n');
        }
        assertEquals(List.copyOf(entries.values()), List.copyOf(TokenFile.parse(written.toString()).values()), "written anew");
        return Outcome.accepted(Integer.toString(Math.min(4, entries.size())));
    }

    @Override
    public List<String> dictionary() {
        return List.of("forward ", "reverse ", "connector ", " 9870", " 0", " 65536", "\n", "\r\n", "\r", "\t", "#", " #", "a b", "\u00c2\u00a0", "\u00e2\u0080\u00a8", "\u000b", "\0");
    }
}
