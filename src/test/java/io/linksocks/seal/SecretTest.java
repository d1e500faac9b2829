package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    private static final String SHORTEST = "AAECAwQFBgcICQoLDA0ODw";

    @Test
    void tokenAndSecretAreTakenApart() {
        SealedToken token = SealedToken.parse("home#" + SHORTEST);
        assertEquals("home", token.token());
        assertEquals(Secret.of(SHORTEST), token.secret());
        assertNull(SealedToken.parse("home").secret());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAECAwQFBgcICQoLDA0O", "AAECAwQFBgcICQoLDA0ODw==", "correct horse battery staple and more",
            "AAECAwQFBgcICQoLDA0OD!", "AAECAwQFBgcICQoLDA0ODw#AAECAwQFBgcICQoLDA0ODw"})
    void shortOrMalformedSecretsAreRefusedWithoutBeingRepeated(String secret) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> SealedToken.parse("home#" + secret));
        assertEquals("what follows # is no secret of at least 128 bits: make one with newSecret()",
                refusal.getMessage());
    }

    @Test
    void secretWithoutTokenIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> SealedToken.parse("#" + SHORTEST));
    }

    @Test
    void generatedSecretsDifferAndAreTaken() {
        String one = Secret.generate();
        assertNotEquals(Secret.of(one), Secret.of(Secret.generate()));
        assertEquals(Secret.of(one), Secret.of(one));
    }

    @Test
    void textOfSecretsTellsNothing() {
        SealedToken token = SealedToken.parse("home#" + SHORTEST);
        assertFalse(token.toString().contains("AAEC") || token.toString().contains("home"));
        assertFalse(token.secret().toString().contains("AAEC"));
    }
}
