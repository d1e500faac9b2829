package io.linksocks.socks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Headers of relayed datagrams: payload and address are the same when they are written anew, wherever they lie. */
public final class UdpHeaderFuzz implements FuzzTarget {
    private static final int OFFSET = 5;

    @Override
    public Outcome run(byte[] input) throws IOException {
        byte[] inside = new byte[OFFSET + input.length];
        System.arraycopy(input, 0, inside, OFFSET, input.length);
        UdpHeader header;
        try {
            header = UdpHeader.parse(input, 0, input.length);
        } catch (SocksException e) {
            return Outcome.rejected(e);
        }
        UdpHeader moved = UdpHeader.parse(inside, OFFSET, input.length);
        assertEquals(new UdpHeader(header.fragment(), header.destination(), header.payloadOffset() + OFFSET), moved);
        assertTrue(header.payloadOffset() <= input.length);
        SocksFuzz.checkAddress(header.destination());
        checkAnew(header, Arrays.copyOfRange(input, header.payloadOffset(), input.length));
        return Outcome.accepted(Math.min(header.fragment(), 1) + " " + input[3]);
    }

    private static void checkAnew(UdpHeader header, byte[] payload) throws IOException {
        byte[] array = new byte[UdpHeader.MAX_LENGTH + payload.length];
        System.arraycopy(payload, 0, array, UdpHeader.MAX_LENGTH, payload.length);
        int start = UdpHeader.write(array, UdpHeader.MAX_LENGTH, header.destination());
        UdpHeader again = UdpHeader.parse(array, start, array.length - start);
        assertEquals(UdpHeader.MAX_LENGTH, again.payloadOffset());
        assertEquals(header.destination().port(), again.destination().port());
        assertArrayEquals(payload, Arrays.copyOfRange(array, again.payloadOffset(), array.length));
    }

    @Override
    public List<String> dictionary() {
        return List.of("\0\0\0\1\177\0\0\1\0P", "\0\0\0\3\u000eexample.target\0P", "\0\0\0\4", "\0\0\1\1",
                "\0\0\0\0\0\0\0\0\0\0\u00ff\u00ff\177\0\0\1", "127.0.0.1", "::1", "fe80::1%lo");
    }
}
