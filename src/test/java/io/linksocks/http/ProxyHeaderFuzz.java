package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.fuzz.Pieces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Headers of the PROXY protocol, of a balancer. Not a byte is taken of what follows, however it comes in pieces, and the source
 * is the same when it is sent on.
 */
public final class ProxyHeaderFuzz implements FuzzTarget {
    private static final InetSocketAddress BALANCER = new InetSocketAddress("192.0.2.1", 80);

    @Override
    public Outcome run(byte[] input) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        Pieces pieces = new Pieces(input);
        String fromPieces = result(pieces);
        InetSocketAddress source;
        try {
            source = ProxyHeader.read(in, BALANCER);
        } catch (IOException e) {
            assertEquals(e.getMessage(), fromPieces, "in pieces");
            return Outcome.rejected(e);
        }
        assertEquals(source.toString(), fromPieces, "in pieces");
        assertEquals(in.available(), pieces.available(), "left over");
        ByteArrayInputStream again = new ByteArrayInputStream(ProxyHeader.of(source, BALANCER));
        assertEquals(source, ProxyHeader.read(again, BALANCER));
        assertEquals(0, again.available(), "left over");
        return Outcome.accepted(source == BALANCER ? "without a source" : source.getAddress().getClass().getSimpleName());
    }

    private static String result(InputStream in) {
        try {
            return ProxyHeader.read(in, BALANCER).toString();
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    @Override
    public List<String> dictionary() {
        return List.of("PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN", "\r\n", "198.51.100.7 203.0.113.1 1 443",
                "2001:db8::7 ::1 1 443", "\r\n\r\n\0\r\nQUIT\n", "\u0021\u0011\0\u000c", "\u0021\u0021\0\u0024", "\u0020\0\0\0");
    }
}
