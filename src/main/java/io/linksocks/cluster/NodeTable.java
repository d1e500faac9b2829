package io.linksocks.cluster;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where servers find each other, and the key by which they know each other. */
public interface NodeTable {
    /** The secret that all servers with this table have. */
    byte[] key() throws IOException;

    /** Publishes a server; replaces what it published before. */
    void publish(Node node) throws IOException;

    /** Removes a server. */
    void withdraw(int tag) throws IOException;

    /** The server with this tag. */
    Optional<Node> find(int tag) throws IOException;

    /** All running servers. */
    List<Node> all() throws IOException;
}
