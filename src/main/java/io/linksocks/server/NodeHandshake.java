package io.linksocks.server;

import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The first messages of a WebSocket between two servers (docs/protocol-extensions.md, section 3.6): the one that opens it
 * sends a nonce with its request, the owner proves with a nonce of its own that it has the key, and only then the opener
 * names a token or a group, with its proof.
 */
final class NodeHandshake {
    private NodeHandshake() {}

    /** The side that opens the WebSocket. */
    static final class Opener {
        private final NodeKey key;
        private final String path;
        private final byte[] nonce;

        /** @param path of the request, which says what the link is for */
        Opener(NodeKey key, String path) {
            this.key = key;
            this.path = path;
            this.nonce = key.nonce();
        }

        /** For the request, in hexadecimal digits. */
        String nonce() {
            return HexFormat.of().formatHex(nonce);
        }

        /**
         * Answers the owner's first message.
         *
         * @param name of the token or group, by {@link NodeKey}
         * @param peer whose link it is
         * @throws IOException when the owner does not have the key
         */
        Slice claim(Slice challenge, byte[] name, String peer) throws IOException {
            byte[] both = bytes(challenge, NodeKey.NONCE + NodeKey.PROOF);
            byte[] theirs = Arrays.copyOf(both, NodeKey.NONCE);
            if (!NodeKey.matches(key.ownerProof(nonce, theirs), Arrays.copyOfRange(both, NodeKey.NONCE, both.length))) {
                throw new IOException("the other server does not have the key of this one");
            }
            return message(name, key.linkProof(path, theirs, name, peer));
        }
    }

    /** The side that has the session or the providers. */
    static final class Owner {
        private final NodeKey key;
        private final String path;
        private final byte[] theirs;
        private final byte[] own;

        /**
         * @param path of the request
         * @param nonce as the opener has sent it
         * @throws IOException when it is none
         */
        Owner(NodeKey key, String path, String nonce) throws IOException {
            if (nonce == null || !nonce.matches("[0-9a-f]{" + 2 * NodeKey.NONCE + "}")) {
                throw new IOException("not the nonce of a server");
            }
            this.key = key;
            this.path = path;
            this.theirs = HexFormat.of().parseHex(nonce);
            this.own = key.nonce();
        }

        Slice challenge() {
            return message(own, key.ownerProof(theirs, own));
        }

        /**
         * Returns the name of the token or group.
         *
         * @throws IOException when the opener does not have the key
         */
        byte[] check(Slice claim, String peer) throws IOException {
            byte[] both = bytes(claim, 2 * NodeKey.PROOF);
            byte[] name = Arrays.copyOf(both, NodeKey.PROOF);
            if (!NodeKey.matches(key.linkProof(path, own, name, peer), Arrays.copyOfRange(both, NodeKey.PROOF, both.length))) {
                throw new IOException("a link without the key of this server");
            }
            return name;
        }
    }

    private static Slice message(byte[] first, byte[] second) {
        byte[] array = ByteBuffer.allocate(MessageWriter.HEADROOM + first.length + second.length)
                .position(MessageWriter.HEADROOM).put(first).put(second).array();
        return new Slice(array, MessageWriter.HEADROOM, first.length + second.length);
    }

    private static byte[] bytes(Slice message, int length) throws IOException {
        if (message == null || message.length() != length) {
            throw new IOException("no handshake of a server");
        }
        return message.toBytes();
    }
}
