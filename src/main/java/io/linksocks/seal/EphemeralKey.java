package io.linksocks.seal;

import io.linksocks.util.Threads;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;

/** An X25519 key pair (RFC 7748, section 6.1) for one channel. */
final class EphemeralKey {
    static final int LENGTH = X25519.LENGTH;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Made ahead, so that nobody waits for it; null while there is none. */
    private static final AtomicReference<EphemeralKey> SPARE = new AtomicReference<>();

    private final byte[] privateKey;
    private final byte[] publicKey;

    EphemeralKey(byte[] privateKey) {
        this.privateKey = privateKey;
        this.publicKey = X25519.publicKey(privateKey);
    }

    /** A key that nobody else gets. */
    static EphemeralKey next() {
        EphemeralKey spare = SPARE.getAndSet(null);
        if (spare == null) {
            return generate();
        }
        Threads.start("next key", EphemeralKey::prepare);
        return spare;
    }

    /** Makes the next one ahead. */
    private static void prepare() {
        SPARE.compareAndSet(null, generate());
    }

    private static EphemeralKey generate() {
        byte[] random = new byte[LENGTH];
        RANDOM.nextBytes(random);
        return new EphemeralKey(random);
    }

    byte[] publicKey() {
        return publicKey;
    }

    /**
     * The shared secret of this key and another's public key.
     *
     * @throws SealException when that has small order, so that anybody would know the secret
     */
    byte[] agree(byte[] other) throws SealException {
        byte[] shared = X25519.multiply(privateKey, other);
        int any = 0;
        for (byte b : shared) {
            any |= b;
        }
        if (any == 0) {
            throw new SealException("no public key");
        }
        return shared;
    }
}
