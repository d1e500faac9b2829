package io.linksocks.seal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The secrets of a provider, and the requests that it has had. Thread-safe. */
public final class SecretRing {
    /** Requests remembered at least, of some 64 bytes each. */
    private static final int REMEMBERED = 1 << 15;

    /** By the token that each was given with. */
    private final Map<String, Secret> secrets = new ConcurrentHashMap<>();
    private final ReplayGuard replays = new ReplayGuard(REMEMBERED);
    private volatile boolean sealedOnly;

    /** Adds the secret of a token, if it has one. */
    public void add(SealedToken token) {
        if (token.secret() != null) {
            sealedOnly = true;
            secrets.put(token.token(), token.secret());
        }
    }

    /** Takes back the secret of a token; requests that aren't sealed are refused all the same from then on. */
    public void remove(String token) {
        secrets.remove(token);
    }

    /** Whether there was ever a secret, so that nothing but sealed requests is taken. */
    public boolean isSealedOnly() {
        return sealedOnly;
    }

    /**
     * Reads a request, and remembers it.
     *
     * @param host for which {@link SealedAddress#is} holds
     * @throws SealException when it was made with another secret, changed, or read before
     */
    public SealedRequest read(String host) throws SealException {
        byte[] body = SealedAddress.decode(host);
        byte[] message = Arrays.copyOfRange(body, Secret.ID_LENGTH, body.length);
        for (Secret secret : secrets.values()) {
            if (Arrays.equals(body, 0, Secret.ID_LENGTH, secret.id(), 0, Secret.ID_LENGTH)) {
                return read(secret, message);
            }
        }
        throw new SealException("the connector's secret differs from the provider's");
    }

    private SealedRequest read(Secret secret, byte[] message) throws SealException {
        Handshake handshake = SealedConnect.begin(secret);
        Target target;
        try {
            target = Target.decode(handshake.read(message));
        } catch (SealException e) {
            throw new SealException("the sealed address was changed on the way");
        }
        // The connector's public key is new for each request, and authentic by now.
        if (!replays.admit(ByteBuffer.wrap(message).getLong())) {
            throw new SealException("the sealed address was used before");
        }
        return new SealedRequest(target, handshake);
    }
}
