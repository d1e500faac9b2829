package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HintTest {
    /** As an HTTP server answers CONNECT that it does not know. */
    @Test
    void aServerThatIsNoProxyIsNamedAsTheCause() {
        String hint = HintedException.hintForStatus(501);
        assertTrue(hint.contains("CONNECT") && hint.contains("proxy(...)"), hint);
    }
}
