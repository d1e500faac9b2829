package io.linksocks.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class TokenHashTest {
    /** The one-block example of FIPS 180. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isSha256InLowerCase() {
        assertEquals(ABC, TokenHash.of("abc"));
    }

    @Test
    void matchesInEitherCase() {
        assertTrue(TokenHash.matches(ABC, ABC));
        assertTrue(TokenHash.matches(ABC, ABC.toUpperCase(Locale.ROOT)));
        assertFalse(TokenHash.matches(ABC, ABC.replace('d', 'e')));
        assertFalse(TokenHash.matches(ABC, ABC.substring(1)));
        assertFalse(TokenHash.matches(ABC, ""));
    }

    @Test
    void wellFormedIs64HexDigits() {
        assertTrue(TokenHash.isWellFormed(ABC));
        assertTrue(TokenHash.isWellFormed(ABC.toUpperCase(Locale.ROOT)));
        String cut = ABC.substring(1);
        for (String hash : new String[] {"", cut, ABC + "0", cut + "g", cut + "\u0661"}) {
            assertFalse(TokenHash.isWellFormed(hash), hash);
        }
    }
}
