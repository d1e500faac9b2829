package io.linksocks.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What all nodes of a cluster know: who they are, the tokens that hold at each of them, and where providers are. Reads are
 * answered from memory and go on while the directory behind it is away; writes fail then. Thread-safe.
 *
 * <p>A token is known here by its hash (lower-case, as {@code TokenHash} has it) and a JSON object that says all about it.
 */
public interface Directory extends NodeTable, AutoCloseable {
    /**
     * Loads the directory, tells the listener all tokens and providers, and follows it until {@link #close}.
     *
     * @throws IOException when it can't be loaded, naming the reason and what to do
     */
    void start(Listener listener) throws IOException;

    @Override
    byte[] key();

    @Override
    void publish(Node node);

    @Override
    void withdraw(int tag);

    @Override
    Optional<Node> find(int tag);

    @Override
    List<Node> all();

    // --- tokens ------------------------------------------------------------------------------------------------------

    /**
     * Adds a token at all nodes. When it returns, the listener of this node has been told.
     *
     * @return false when there is one with this hash
     * @throws UnavailableException when that can't be decided now, here and below
     */
    boolean createToken(String hash, Map<String, Object> token) throws IOException;

    /** Replaces a token at all nodes; false when there is none with this hash. */
    boolean replaceToken(String hash, Map<String, Object> token) throws IOException;

    /** Removes a token at all nodes; false when there is none with this hash. */
    boolean removeToken(String hash) throws IOException;

    /** Whether the listener knows a token. */
    boolean hasToken(String hash);

    /**
     * Asks for a token that may have been added at another node just now. Costs a round trip at most, and nothing when the
     * limit for such questions is reached.
     *
     * @return whether there is one; the listener has been told
     */
    boolean fetchToken(String hash);

    // --- providers ---------------------------------------------------------------------------------------------------

    /**
     * Makes known how many providers of a group are at this node, without waiting for it.
     *
     * @param hash of the reverse token
     * @param group the instance with connector autonomy, else the nil UUID
     */
    void publishProviders(String hash, UUID group, int sessions);

    /** The number of providers of a group at each other node that has some, by the tag of the node. */
    Map<Integer, Integer> providers(String hash, UUID group);

    // --- state -------------------------------------------------------------------------------------------------------

    /** Since when and why the directory is not followed; empty while it is. */
    Optional<Staleness> staleness();

    /** For how long changes of other nodes have been missing, and why. */
    record Staleness(Duration time, String reason) {}

    /** Leaves the cluster. */
    @Override
    void close();

    /** Hears of changes, one at a time and in their order. Must not block for long. */
    interface Listener {
        /** A token is new or has changed. */
        void onToken(String hash, Map<?, ?> token);

        /** A token was removed. */
        void onTokenRemoved(String hash);

        /** The providers of a group at other nodes have changed; see {@link #providers}. */
        void onProviders(String hash, UUID group, Map<Integer, Integer> present);

        /** Servers have come, gone or changed. */
        void onNodes();
    }
}
