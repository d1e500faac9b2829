package io.linksocks.dial;

import java.io.Closeable;
import java.io.IOException;

/** A way for datagrams to targets and back. One thread at a time sends, one receives; {@link #close} ends both. */
public interface DatagramPath extends Closeable {
    /** No payload is larger: IPv4 carries 65,507 bytes, IPv6 65,527 (RFC 8200, section 8.1). */
    int MAX_DATAGRAM = 65_527;

    /** Whether datagrams may go to names; otherwise to addresses only. */
    default boolean takesNames() {
        return true;
    }

    /**
     * Sends a datagram to its address.
     *
     * @throws IOException when this datagram is lost; the next may arrive
     */
    void send(Datagram datagram) throws IOException;

    /**
     * Waits for a datagram and its source; its bytes are valid until the next call.
     *
     * @throws IOException when the path has ended
     */
    Datagram receive() throws IOException;
}
