package io.linksocks.dial;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.socks.SocksException;
import io.linksocks.socks.UdpHeader;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A payload and its destination or source.
 *
 * @param address a name or a literal, unresolved
 */
public record Datagram(Slice payload, Endpoint address) {
    private static final System.Logger LOG = System.getLogger(Datagram.class.getName());

    /** The payload of a Data message of a UDP channel, uncompressed. */
    public static Slice plain(Message.Data data) throws IOException {
        return data.compression() == Compression.NONE
                ? data.payload()
                : Slice.of(Gzip.inflate(data.payload(), DatagramPath.MAX_DATAGRAM));
    }

    /**
     * Removes the header (RFC 1928, section 7) of a datagram from a SOCKS client or proxy.
     *
     * @return null when it must be dropped: it is malformed, or a fragment, and there is no reassembly
     */
    public static Datagram unwrap(byte[] packet) {
        try {
            UdpHeader header = UdpHeader.parse(packet, 0, packet.length);
            int length = packet.length - header.payloadOffset();
            return header.fragment() == 0
                    ? new Datagram(new Slice(packet, header.payloadOffset(), length), header.destination())
                    : null;
        } catch (SocksException e) {
            LOG.log(DEBUG, () -> "datagram dropped: " + e.getMessage());
            return null;
        }
    }

    /** Adds that header. */
    public ByteBuffer wrap() {
        byte[] array = new byte[UdpHeader.MAX_LENGTH + payload.length()];
        System.arraycopy(payload.array(), payload.offset(), array, UdpHeader.MAX_LENGTH, payload.length());
        int start = UdpHeader.write(array, UdpHeader.MAX_LENGTH, address);
        return ByteBuffer.wrap(array, start, array.length - start);
    }
}
