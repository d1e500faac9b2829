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
    /** Whether a secret was removed that had been in use. */
    private volatile boolean removed;

    /**
     * Adds the secret of a token, if it has one.
     *
     * @return the secret of the token before; null for none
     */
    public Secret add(SealedToken token) {
        return token.secret() == null ? null : secrets.put(token.token(), token.secret());
    }

    /** Takes back what {@link #add} has done, for a token that is not to be used. */
    public void drop(SealedToken token, Secret before) {
        if (token.secret() != null) {
            secrets.computeIfPresent(token.token(), (name, present) -> present == token.secret() ? before : present);
        }
    }

    /** Removes the secret of a token; requests that aren't sealed are refused all the same from then on. */
    public void remove(String token) {
        removed = removed || secrets.containsKey(token);
        secrets.remove(token);
    }

    /** Whether there is or was a secret in use, so that nothing but sealed requests is taken. */
    public boolean isSealedOnly() {
        return removed || !secrets.isEmpty();
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
