package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SealedConnectTest {
    private static final Secret OTHER = Secret.of("_____________________w");

    private final SecretRing ring = new SecretRing();

    @BeforeEach
    void hang() {
        ring.add(new SealedToken("home", Conversation.SECRET));
    }

    private static SealedConnect connect(String host) throws SealException {
        return SealedConnect.to(Conversation.SECRET, Transport.TCP, new Endpoint(host, 443));
    }

    @Test
    void providerReadsTheTarget() throws SealException {
        for (int length = 1; length <= Target.MAX_HOST; length++) {
            String host = "h".repeat(length);
            SealedConnect connect = connect(host);
            assertTrue(connect.address().host().length() <= 250);
            assertTrue(SealedAddress.is(connect.address().host()));
            SealedRequest request = ring.read(connect.address().host());
            assertEquals(new Endpoint(host, 443), request.target());
            assertEquals(Transport.TCP, request.transport());
        }
    }

    @Test
    void hostThatIsTooLongIsRefused() {
        assertThrows(SealException.class, () -> connect("h".repeat(Target.MAX_HOST + 1)));
    }

    @Test
    void associationHasNoTarget() throws SealException {
        SealedRequest request = ring.read(
                SealedConnect.to(Conversation.SECRET, Transport.UDP, null).address().host());
        assertEquals(Transport.UDP, request.transport());
        assertNull(request.target());
    }

    @Test
    void lengthOfANameShowsInStepsOnly() throws SealException {
        Set<Integer> lengths = new HashSet<>();
        for (int length = 1; length <= Target.MAX_HOST; length++) {
            lengths.add(connect("h".repeat(length)).address().host().length());
        }
        assertEquals(Target.SIZES.length, lengths.size());
    }

    @Test
    void verdictReachesTheConnectorAndHasOneSize() throws SealException {
        for (String error : new String[] {"", "Connection refused", "ö".repeat(100)}) {
            SealedConnect connect = connect("target.example");
            byte[] answer = ring.read(connect.address().host()).answer(error);
            assertEquals(SealedConnect.ANSWER, answer.length);
            assertEquals(error.length() > 63 ? "ö".repeat(63) : error, connect.verdict(answer));
        }
    }

    @Test
    void everyChangedBitOfAnAddressIsRefused() throws SealException {
        String host = connect("target.example").address().host();
        for (int i = "e2e1.".length(); i < host.length(); i++) {
            for (int bit = 0; bit < 6; bit++) {
                String changed = host.substring(0, i) + flipped(host.charAt(i), bit) + host.substring(i + 1);
                assertThrows(SealException.class, () -> ring.read(changed), "character " + i + ", bit " + bit);
            }
        }
        ring.read(host);
    }

    private static char flipped(char c, int bit) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return alphabet.charAt(alphabet.indexOf(c) ^ 1 << bit);
    }

    @Test
    void everyChangedBitOfAnAnswerIsRefused() throws SealException {
        byte[] answer = ring.read(connect().address().host()).answer("", answerKey());
        for (int bit = 0; bit < 8 * answer.length; bit++) {
            byte[] changed = answer.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            SealedConnect connect = connect();
            assertThrows(SealException.class, () -> connect.verdict(changed), "bit " + bit);
        }
        assertEquals("", connect().verdict(answer));
    }

    private static EphemeralKey answerKey() {
        return Conversation.key("bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b");
    }

    /** Always the same. */
    private static SealedConnect connect() throws SealException {
        CipherState.CIPHERS.clear();
        return SealedConnect.to(Conversation.SECRET, Transport.TCP, Conversation.TARGET,
                Conversation.key("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a"));
    }

    @Test
    void answerToAnotherRequestIsRefused() throws SealException {
        byte[] answer = ring.read(connect("a.example").address().host()).answer("");
        SealedConnect other = connect("a.example");
        assertThrows(SealException.class, () -> other.verdict(answer));
    }

    @Test
    void requestIsReadOnce() throws SealException {
        String host = connect("target.example").address().host();
        ring.read(host);
        assertEquals("the sealed address was used before",
                assertThrows(SealException.class, () -> ring.read(host)).getMessage());
    }

    @Test
    void otherSecretIsToldFromAChange() throws SealException {
        String host = SealedConnect.to(OTHER, Transport.TCP, Conversation.TARGET).address().host();
        assertEquals("the connector's secret differs from the provider's",
                assertThrows(SealException.class, () -> ring.read(host)).getMessage());
        ring.add(new SealedToken("other", OTHER));
        ring.read(host);
        ring.remove("other");
        ring.remove("home");
        assertThrows(SealException.class, () -> ring.read(connect("target.example").address().host()));
        assertTrue(ring.isSealedOnly(), "without secrets as well");
    }

    @Test
    void aSecretThatIsDroppedWasNeverThere() throws SealException {
        SecretRing other = new SecretRing();
        SealedToken token = new SealedToken("home", OTHER);
        other.drop(token, other.add(token));
        assertFalse(other.isSealedOnly(), "open again");
        ring.drop(token, ring.add(token));
        ring.read(connect("target.example").address().host());
        assertTrue(ring.isSealedOnly());
    }

    @Test
    void namesThatUsersHaveAreNoSealedAddresses() throws SealException {
        assertFalse(SealedAddress.is("e2e1.example"));
        assertFalse(SealedAddress.is("e2e1." + "a".repeat(63)));
        assertFalse(SealedAddress.is(connect("target.example").address().host().replace('e', '.')));
        assertNotEquals(connect("target.example").address(), connect("target.example").address());
    }

    @Test
    void replayGuardForgetsTheOldestBeyondItsBound() {
        ReplayGuard guard = new ReplayGuard(4);
        for (long i = 0; i < 8; i++) {
            assertTrue(guard.admit(i));
        }
        for (long i = 4; i < 8; i++) {
            assertFalse(guard.admit(i), "the last four are known");
        }
        assertTrue(guard.admit(0), "the first was forgotten");
    }
}
