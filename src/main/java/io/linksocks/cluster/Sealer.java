package io.linksocks.cluster;

import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

/**
 * Keys and sealed values of a cluster in etcd, below {@code /linksocks/NAME/}: {@code cluster}, {@code node/ID},
 * {@code token/K} and {@code provider/K/GROUP/ID}, where K names a token without revealing it.
 */
final class Sealer {
    static final int MAX_RECORD = 16 << 10;

    private static final int LABEL = 16;

    private static final String NODE = "node/";
    private static final String TOKEN = "token/";
    private static final String PROVIDER = "provider/";
    private static final String HASH = "hash";

    /** What a value says. */
    sealed interface Content {}

    /** That the cluster exists; proves that its servers have the same key. */
    record Marker() implements Content {}

    record Server(Node node) implements Content {}

    /** @param members all about it, in JSON */
    record Token(String hash, Map<?, ?> members) implements Content {}

    record Providers(String hash, UUID group, int node, int sessions) implements Content {}

    private final ClusterKey key;
    private final String prefix;

    Sealer(ClusterKey key, String cluster) {
        this.key = key;
        this.prefix = "/linksocks/" + cluster + "/";
    }

    /** Common to all keys of the cluster. */
    String prefix() {
        return prefix;
    }

    String markerKey() {
        return prefix + "cluster";
    }

    String nodeKey(int tag) {
        return prefix + NODE + Node.id(tag);
    }

    String tokenKey(String hash) {
        return prefix + TOKEN + key.nameOf(hash);
    }

    /** Enough of a key to find it, without the whole name of a token. */
    String label(String name) {
        return name.length() <= prefix.length() + LABEL ? name : name.substring(0, prefix.length() + LABEL) + "...";
    }

    boolean isToken(String name) {
        return name.startsWith(prefix + TOKEN);
    }

    String providerKey(String hash, UUID group, int node) {
        return prefix + PROVIDER + key.nameOf(hash) + "/" + group + "/" + Node.id(node);
    }

    byte[] marker() {
        return seal(markerKey(), "{}");
    }

    byte[] node(Node node) {
        return seal(nodeKey(node.tag()), node.toJson());
    }

    /** @throws IllegalArgumentException when it is too long */
    byte[] token(String hash, Map<String, Object> token) {
        byte[] sealed = seal(tokenKey(hash), Json.write(Map.of(HASH, hash, "token", token)));
        if (sealed.length > MAX_RECORD) {
            throw new IllegalArgumentException("a token of a cluster has " + MAX_RECORD / 1024
                    + " KiB at most, with its rules; use address ranges");
        }
        return sealed;
    }

    byte[] providers(String hash, UUID group, int node, int sessions) {
        return seal(providerKey(hash, group, node), Json.write(Map.of(HASH, hash, "sessions", sessions)));
    }

    private byte[] seal(String name, String text) {
        return key.seal(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Opens a value.
     *
     * @throws IOException when it was not sealed under this name by a server of the cluster
     */
    Content open(String name, byte[] value) throws IOException {
        String text = new String(key.open(name, value), StandardCharsets.UTF_8);
        if (name.equals(markerKey())) {
            return new Marker();
        }
        if (name.startsWith(prefix + NODE)) {
            return new Server(Node.parse(text));
        }
        if (!(Json.parse(text) instanceof Map<?, ?> members) || !(members.get(HASH) instanceof String hash)) {
            throw new JsonException("not a record of a token");
        }
        if (!isToken(name)) {
            return providers(name, hash, members);
        }
        if (members.get("token") instanceof Map<?, ?> token) {
            return new Token(hash, token);
        }
        throw new JsonException("not a record of a token");
    }

    private Content providers(String name, String hash, Map<?, ?> members) throws IOException {
        String[] parts = name.substring(prefix.length()).split("/");
        try {
            return new Providers(hash, UUID.fromString(parts[2]), HexFormat.fromHexDigits(parts[3]),
                    ((Long) members.get("sessions")).intValue());
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ClassCastException | NullPointerException e) {
            throw new IOException("not an entry of providers", e);
        }
    }
}
