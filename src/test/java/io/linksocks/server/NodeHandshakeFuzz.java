package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The handshake between servers, with a peer that means no good. The first byte says what the rest is:
 *
 * <pre>
 *   0 the nonce of the opener    1 the claim of the opener    2 the challenge of the owner
 *   3 bits that change the right claim    4 bits that change the right challenge
 * </pre>
 *
 * <p>Without the key nothing is accepted, and neither is what was right before a bit of it changed.
 */
public final class NodeHandshakeFuzz implements FuzzTarget {
    private static final String PEER = "192.0.2.1:1";

    private final NodeKey key = new NodeKey(new byte[32]);
    private final byte[] token = key.nameOf(
            new Token.Forward(new TokenAccount(TokenRecord.forward("a token for tests"), null), null, null));

    @Override
    public Outcome run(byte[] input) {
        int part = input.length == 0 ? 0 : input[0] & 0xFF;
        byte[] rest = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
        NodeHandshake.Opener opener = new NodeHandshake.Opener(key, NodeLinks.SESSION);
        try {
            NodeHandshake.Owner owner = new NodeHandshake.Owner(key, NodeLinks.SESSION,
                    part == 0 ? new String(rest, StandardCharsets.ISO_8859_1) : opener.nonce());
            Slice challenge = owner.challenge();
            switch (part) {
                case 0 -> {
                    return Outcome.accepted("nonce");
                }
                case 2, 4 -> opener.claim(changed(challenge, rest, part == 4), token, PEER);
                default -> {
                    Slice claim = opener.claim(challenge, token, PEER);
                    assertArrayEquals(token, owner.check(changed(claim, rest, part == 3), PEER));
                }
            }
            assertTrue(part > 2 && isZero(rest), "accepted without the key");
            return Outcome.accepted("part " + part);
        } catch (IOException e) {
            return Outcome.rejected(e);
        }
    }

    /** The given bytes, or the right ones with the given bits changed. */
    private static Slice changed(Slice right, byte[] given, boolean change) {
        byte[] bytes = given.clone();
        if (change) {
            bytes = Arrays.copyOf(right.toBytes(), Math.max(right.length(), given.length));
            for (int i = 0; i < given.length; i++) {
                bytes[i] ^= given[i];
            }
        }
        return new Slice(bytes, 0, bytes.length);
    }

    /** Whether the right bytes stayed as they were, and as many. */
    private static boolean isZero(byte[] bits) {
        for (byte each : bits) {
            if (each != 0) {
                return false;
            }
        }
        return bits.length <= NodeKey.NONCE + NodeKey.PROOF;
    }

    @Override
    public List<String> dictionary() {
        return List.of("\3", "\4", "0123456789abcdef".repeat(4), "\0".repeat(64));
    }
}
