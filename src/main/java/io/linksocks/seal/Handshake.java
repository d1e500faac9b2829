package io.linksocks.seal;

import io.linksocks.protocol.Slice;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * One side of the Noise handshake NNpsk0 (revision 34), whose two messages are
 *
 * <pre>
 *   -> psk, e
 *   <- e, ee
 * </pre>
 *
 * <p>Section numbers are those of the Noise specification.
 */
final class Handshake {
    /** What each message has besides its payload: a public key and a tag. */
    static final int OVERHEAD = EphemeralKey.LENGTH + CipherState.TAG;

    /** As long as a hash, so it is the first hash as it stands (section 5.2, InitializeSymmetric). */
    private static final byte[] PROTOCOL =
            "Noise_NNpsk0_25519_AESGCM_SHA256".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final Hmac hmac = new Hmac();
    private final MessageDigest sha256;
    private byte[] chainingKey = PROTOCOL;
    private byte[] hash = PROTOCOL;
    private CipherState cipher;
    /** This side's key and the other's; null before their messages. */
    private EphemeralKey own;
    private byte[] remote;

    /** Begins with the prologue and the token psk, which precedes everything in the first message (section 9.4). */
    Handshake(byte[] psk, byte[] prologue) {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        mixHash(prologue);
        byte[][] keys = hmac.derive(chainingKey, psk, 3);
        chainingKey = keys[0];
        mixHash(keys[1]);
        cipher = new CipherState(keys[2]);
    }

    /** Writes this side's message. */
    byte[] write(EphemeralKey key, byte[] payload) throws SealException {
        own = key;
        mixEphemeral(key.publicKey());
        byte[] message = Arrays.copyOf(key.publicKey(), OVERHEAD + payload.length);
        cipher.encrypt(hash, payload, 0, payload.length, message, EphemeralKey.LENGTH);
        mixHash(Arrays.copyOfRange(message, EphemeralKey.LENGTH, message.length));
        return message;
    }

    /**
     * Reads the other side's message and returns its payload.
     *
     * @param message of at least {@link #OVERHEAD} bytes
     */
    byte[] read(byte[] message) throws SealException {
        remote = Arrays.copyOf(message, EphemeralKey.LENGTH);
        mixEphemeral(remote);
        byte[] sealed = Arrays.copyOfRange(message, EphemeralKey.LENGTH, message.length);
        byte[] payload = new byte[sealed.length - CipherState.TAG];
        cipher.decrypt(hash, Slice.of(sealed), payload, 0);
        mixHash(sealed);
        return payload;
    }

    /** After both messages: the ciphers for data of the initiator and of the responder (section 5.2, Split). */
    CipherState[] split() {
        byte[][] keys = hmac.derive(chainingKey, NOTHING, 2);
        return new CipherState[] {new CipherState(keys[0]), new CipherState(keys[1])};
    }

    byte[] hash() {
        return hash;
    }

    /** The token e, with a psk (section 9.2), and in the second message the token ee. */
    private void mixEphemeral(byte[] publicKey) throws SealException {
        mixHash(publicKey);
        mixKey(publicKey);
        if (own != null && remote != null) {
            mixKey(own.agree(remote));
        }
    }

    private void mixKey(byte[] input) {
        byte[][] keys = hmac.derive(chainingKey, input, 2);
        chainingKey = keys[0];
        cipher = new CipherState(keys[1]);
    }

    private void mixHash(byte[] data) {
        sha256.update(hash);
        hash = sha256.digest(data);
    }
}
