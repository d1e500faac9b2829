package io.linksocks.server;

import io.linksocks.protocol.TokenHash;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** All tokens of a server. */
final class TokenRegistry {
    private static final int RANDOM_BYTES = 16;
    /** What a reference client without a token says, which therefore opens nothing (SPEC section 2). */
    private static final String ANONYMOUS = "anonymous";
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Keys are salted hashes of the tokens' hashes: the time that a look-up takes tells nothing about a hash that would
     * open the door, and no list has to be walked in constant time.
     */
    private final ConcurrentHashMap<String, Token> byKey = new ConcurrentHashMap<>();
    private final String salt = random();

    static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * @throws IllegalArgumentException when the value can't be a token or is one already
     */
    <T extends Token> T add(T token) {
        if (token.value().isEmpty() || token.value().equals(ANONYMOUS)) {
            throw new IllegalArgumentException("\"" + token.value() + "\" can't be a token: anybody would know it");
        }
        if (byKey.putIfAbsent(key(TokenHash.of(token.value())), token) != null) {
            throw new IllegalArgumentException("token already exists");
        }
        return token;
    }

    /** The removed token, or null when there is none with this value. */
    Token remove(String value) {
        return byKey.remove(key(TokenHash.of(value)));
    }

    /** The token with this SHA-256 hash in hexadecimal digits, or null. */
    Token find(String hash) {
        return byKey.get(key(hash));
    }

    Collection<Token> all() {
        return List.copyOf(byKey.values());
    }

    private String key(String hash) {
        return TokenHash.of(salt + hash.toLowerCase(java.util.Locale.ROOT));
    }
}
