package io.linksocks.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.fuzz.Pieces;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Requests of SOCKS4 and 4a. Not a byte is taken of what follows, however it comes in pieces. */
public final class Socks4Fuzz implements FuzzTarget {
    @Override
    public Outcome run(byte[] input) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        Pieces pieces = new Pieces(input);
        String fromPieces = result(pieces);
        Socks4Request request;
        try {
            request = Socks4Request.read(in, true);
        } catch (SocksException | EOFException e) {
            assertEquals(e.getMessage(), fromPieces, "in pieces");
            return Outcome.rejected(e);
        }
        assertEquals(request.toString(), fromPieces, "in pieces");
        assertEquals(in.available(), pieces.available(), "left over");
        SocksFuzz.checkAddress(request.destination());
        assertTrue(refusesAll(input), "nobody comes in without a login");
        return Outcome.accepted(request.destination().isLiteral() ? "address" : "name");
    }

    private static boolean refusesAll(byte[] input) throws IOException {
        try {
            Socks4Request.read(new ByteArrayInputStream(input), false);
            return false;
        } catch (SocksException e) {
            return e.answer()[1] == 0x5D;
        }
    }

    private static String result(InputStream in) throws IOException {
        try {
            return Socks4Request.read(in, true).toString();
        } catch (SocksException | EOFException e) {
            return e.getMessage();
        }
    }

    @Override
    public List<String> dictionary() {
        return List.of("\4\1\0P\177\0\0\1\0", "\4\1\1\u00bb\0\0\0\1\0example\0", "\4\2", "\0\0\0\0", "\0\0\0\u00ff", "user\0",
                "\0", "::1\0", "127.0.0.1\0", "0x7f.1\0", "\u00c3\u00a4", "\u00c2\u0085", " ", "%");
    }
}
