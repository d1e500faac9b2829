package io.linksocks.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The proofs by which two servers with the same key know each other. Each covers a nonce of the side that checks it, so a
 * recorded one is worth nothing.
 */
final class NodeKey {
    static final int NONCE = 32;
    static final int PROOF = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;
    private final SecureRandom random = new SecureRandom();

    NodeKey(byte[] key) {
        this.key = key.clone();
    }

    byte[] nonce() {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        return nonce;
    }

    /** Proves to the server with this nonce that another one, with a nonce of its own, owns sessions. */
    byte[] ownerProof(byte[] theirs, byte[] own) {
        return mac("owner", theirs, own);
    }

    /** Proves to the server with this nonce that another one opens a link to this path, for what has this name. */
    byte[] linkProof(String path, byte[] theirs, byte[] name, String peer) {
        return mac(path, theirs, name, bytes(peer));
    }

    /** Names a token to servers that have it; says nothing to others. The type stands for the role. */
    byte[] nameOf(Token token) {
        return mac("token", bytes(token.type()), bytes(token.value()));
    }

    /** Names a group of providers in the same way. */
    byte[] nameOf(ProviderGroup group) {
        return mac("group", bytes(group.owner().value()), bytes(group.instance().toString()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static boolean matches(byte[] expected, byte[] given) {
        return MessageDigest.isEqual(expected, given);
    }

    /** Each part is preceded by its length, so that no two lists of parts look the same. */
    private byte[] mac(String purpose, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(bytes(purpose));
            for (byte[] part : parts) {
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }
}
