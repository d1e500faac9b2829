package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.protocol.Slice;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The published test vector of Noise_NNpsk0_25519_AESGCM_SHA256, of cacophony, which snow uses as well. */
class HandshakeTest {
    private static final String PROLOGUE = "4a6f686e2047616c74";
    private static final String PSK = "54686973206973206d7920417573747269616e20706572737065637469766521";
    private static final String INITIATOR = "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
    private static final String RESPONDER = "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";
    private static final String HASH = "9f3b1f9afd7767767b5b9d1069844a6154fdbdcc36dfb3e31c0fffc5c973d530";

    private record Exchange(String payload, String ciphertext) {}

    private static final List<Exchange> HANDSHAKE = List.of(
            new Exchange("4c756477696720766f6e204d69736573",
                    "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
                            + "7c37a89fc17813788d30df2d59501d6066f5f8aecc3406bbd9829f2d24a531b1"),
            new Exchange("4d757272617920526f746862617264",
                    "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
                            + "2f29d79368ef9de4e1ae7a362fb05bf0ad668e026bf5714554497b3a720461"));
    /** By the initiator and the responder in turn. */
    private static final List<Exchange> TRANSPORT = List.of(
            new Exchange("462e20412e20486179656b", "7c01e898a6201f36aecee532e29cd0b7f8ffa29d3366ad0dce39a6"),
            new Exchange("4361726c204d656e676572", "a9ff535aace3db6a1da1a7fb00fe2de2622bb373abad9fb42c00e0"),
            new Exchange("4a65616e2d426170746973746520536179",
                    "6cfc49a3e65472edc2d0152abe5ce950170a8a47c959f30bd48b5f0aacf29adbfd"),
            new Exchange("457567656e2042f6686d20766f6e2042617765726b",
                    "9bc86e6d974ed21ba04604a94aa68de21677eb409ead070c0cd569b069ee19ba142aa4c1a9"));

    private final Handshake initiator = new Handshake(bytes(PSK), bytes(PROLOGUE));
    private final Handshake responder = new Handshake(bytes(PSK), bytes(PROLOGUE));

    @Test
    void handshakeMatchesThePublishedVector() throws SealException {
        shakeHands();
        assertEquals(HASH, hex(initiator.hash()));
        assertEquals(HASH, hex(responder.hash()));
    }

    @Test
    void transportMessagesMatchThePublishedVector() throws SealException {
        shakeHands();
        CipherState[] sending = {initiator.split()[0], responder.split()[1]};
        CipherState[] receiving = {responder.split()[0], initiator.split()[1]};
        for (int i = 0; i < TRANSPORT.size(); i++) {
            byte[] payload = bytes(TRANSPORT.get(i).payload());
            byte[] sealed = new byte[payload.length + CipherState.TAG];
            sending[i % 2].encrypt(null, payload, 0, payload.length, sealed, 0);
            assertEquals(TRANSPORT.get(i).ciphertext(), hex(sealed));
            byte[] opened = new byte[payload.length];
            assertEquals(opened.length, receiving[i % 2].decrypt(null, Slice.of(sealed), opened, 0));
            assertArrayEquals(payload, opened);
        }
    }

    @Test
    void otherPskOrPrologueIsRefused() throws SealException {
        byte[] message = initiator.write(Conversation.key(INITIATOR), bytes("00"));
        assertThrows(SealException.class, () -> new Handshake(bytes(HASH), bytes(PROLOGUE)).read(message));
        assertThrows(SealException.class, () -> new Handshake(bytes(PSK), bytes("00")).read(message));
    }

    @Test
    void publicKeyOfSmallOrderIsRefused() throws SealException {
        initiator.write(Conversation.key(INITIATOR), bytes(""));
        assertThrows(SealException.class, () -> initiator.read(new byte[Handshake.OVERHEAD]));
    }

    private void shakeHands() throws SealException {
        exchange(initiator, responder, Conversation.key(INITIATOR), HANDSHAKE.get(0));
        exchange(responder, initiator, Conversation.key(RESPONDER), HANDSHAKE.get(1));
    }

    @BeforeEach
    void forgetNonces() {
        CipherState.CIPHERS.clear();
    }

    private static void exchange(Handshake from, Handshake to, EphemeralKey key, Exchange expected) throws SealException {
        byte[] message = from.write(key, bytes(expected.payload()));
        assertEquals(expected.ciphertext(), hex(message));
        assertEquals(expected.payload(), hex(to.read(message)));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
