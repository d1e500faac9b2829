package io.linksocks.dial;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** A way for datagrams to targets and back. One thread at a time sends, one receives; {@link #close} ends both. */
public interface DatagramPath extends Closeable {
    /** No payload is larger: IPv4 carries 65,507 bytes, IPv6 65,527 (RFC 8200, section 8.1). */
    int MAX_DATAGRAM = 65_527;

    /** The socket; while it is non-blocking, neither {@link #send} nor {@link #receive} waits. Null for a path without one. */
    DatagramChannel socket();

    /** Whether datagrams may go to names; otherwise to addresses only. */
    default boolean takesNames() {
        return true;
    }

    /**
     * Sends a datagram to its address.
     *
     * @return false when the socket is non-blocking and full
     * @throws IOException when this datagram is lost; the next may arrive
     */
    boolean send(Datagram datagram) throws IOException;

    /**
     * Receives a datagram and its source.
     *
     * @param buffer of at least {@link #MAX_DATAGRAM} bytes; the datagram has bytes of its own
     * @return null when the socket is non-blocking and there is none, or when what arrived is to be dropped
     * @throws IOException when the path has ended
     */
    Datagram receive(ByteBuffer buffer) throws IOException;

    /** What a socket has received into a buffer. */
    static byte[] content(ByteBuffer received) {
        byte[] content = new byte[received.flip().remaining()];
        received.get(content);
        return content;
    }
}
