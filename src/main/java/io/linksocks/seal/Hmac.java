package io.linksocks.seal;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 (RFC 2104) and the HKDF of the Noise specification, section 4.3. For use by one thread. */
final class Hmac {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] NOTHING = {};

    private final Mac mac;

    Hmac() {
        try {
            mac = Mac.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    byte[] of(byte[] key, byte[] data) {
        start(key);
        return mac.doFinal(data);
    }

    /** The first outputs of HKDF. */
    byte[][] derive(byte[] chainingKey, byte[] input, int count) {
        start(of(chainingKey, input));
        byte[][] outputs = new byte[count][];
        byte[] last = NOTHING;
        for (int i = 0; i < count; i++) {
            mac.update(last);
            mac.update((byte) (i + 1));
            last = mac.doFinal();
            outputs[i] = last;
        }
        return outputs;
    }

    private void start(byte[] key) {
        try {
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of any length will do", e);
        }
    }
}
