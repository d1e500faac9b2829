package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Slice;
import io.linksocks.socks.SocksException;
import io.linksocks.socks.UdpHeader;
import io.linksocks.util.Endpoint;
import java.net.DatagramPacket;

/**
 * A payload and where it goes to or comes from.
 *
 * @param address a name or a literal, unresolved
 */
public record Datagram(Slice payload, Endpoint address) {
    private static final System.Logger LOG = System.getLogger(Datagram.class.getName());

    /**
     * Takes the header of RFC 1928, section 7, off what came from a SOCKS client or proxy.
     *
     * @return null when it must be dropped: malformed, or a fragment, for nothing here puts fragments together
     */
    static Datagram unwrap(DatagramPacket packet) {
        try {
            UdpHeader header = UdpHeader.parse(packet.getData(), packet.getOffset(), packet.getLength());
            int length = packet.getOffset() + packet.getLength() - header.payloadOffset();
            return header.fragment() == 0
                    ? new Datagram(new Slice(packet.getData(), header.payloadOffset(), length), header.destination())
                    : null;
        } catch (SocksException e) {
            LOG.log(DEBUG, () -> "datagram dropped: " + e.getMessage());
            return null;
        }
    }

    /** Puts that header in front; the packet still needs an address. */
    DatagramPacket wrap() {
        byte[] array = new byte[UdpHeader.MAX_LENGTH + payload.length()];
        System.arraycopy(payload.array(), payload.offset(), array, UdpHeader.MAX_LENGTH, payload.length());
        int start = UdpHeader.write(array, UdpHeader.MAX_LENGTH, address);
        return new DatagramPacket(array, start, array.length - start);
    }
}
