package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class VerdictTest {
    /** The error may be logged, and names what the provider was asked for. */
    @Test
    void anErrorForgesNoLine() throws SealException {
        assertEquals("no line  forged ", Verdict.decode(Verdict.encode("no line\r\nforged\u0085")));
        byte[] payload = Verdict.encode("no line");
        payload[4] = '\n';
        assertThrows(SealException.class, () -> Verdict.decode(payload));
    }
}
