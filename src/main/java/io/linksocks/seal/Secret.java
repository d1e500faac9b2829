package io.linksocks.seal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/** What both ends of sealed channels know, and no relay between them (docs/sealed.md, the secret). */
public final class Secret {
    private static final int MIN_BYTES = 16;
    private static final int MAX_BYTES = 64;
    private static final int NEW_BYTES = 32;
    static final int ID_LENGTH = 4;
    private static final byte[] PSK_LABEL = "linksocks e2e1 psk".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID_LABEL = "linksocks e2e1 id".getBytes(StandardCharsets.US_ASCII);

    private final byte[] psk;
    private final byte[] id;

    private Secret(byte[] bytes) {
        Hmac hmac = new Hmac();
        psk = hmac.of(PSK_LABEL, bytes);
        id = Arrays.copyOf(hmac.of(ID_LABEL, bytes), ID_LENGTH);
    }

    /**
     * Reads the text of a secret: unpadded base64url (RFC 4648, section 5) of 16 to 64 bytes.
     *
     * @throws IllegalArgumentException when it is no such text; the message does not repeat it
     */
    public static Secret of(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length >= MIN_BYTES && bytes.length <= MAX_BYTES && text.indexOf('=') < 0) {
                return new Secret(bytes);
            }
        } catch (IllegalArgumentException e) {
            // its message would repeat a character of the secret
        }
        throw new IllegalArgumentException(
                "what follows # is no secret of at least 128 bits: make one with newSecret()");
    }

    /** The text of a new secret, of 256 random bits. */
    public static String generate() {
        byte[] bytes = new byte[NEW_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    byte[] psk() {
        return psk;
    }

    /** Tells secrets apart without telling anything about them. */
    byte[] id() {
        return id;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && Arrays.equals(psk, secret.psk);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(id);
    }

    /** Nothing of the secret, which must not reach a log. */
    @Override
    public String toString() {
        return "Secret";
    }
}
