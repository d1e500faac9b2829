package io.linksocks.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.fuzz.Pieces;
import io.linksocks.util.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;

/**
 * Both halves of SOCKS5: greeting, password and request as a server reads them, and the answers of a proxy. Not a byte is
 * taken of what follows, however it comes in pieces.
 */
public final class SocksFuzz implements FuzzTarget {
    private static final SocksCredentials CREDENTIALS = new SocksCredentials("user", "secret");
    private static final Endpoint TARGET = new Endpoint("target.example", 80);

    @Override
    public Outcome run(byte[] input) throws IOException {
        Exception refusal = null;
        String kinds = "";
        for (Party party : List.<Party>of(in -> serve(in, null, false), in -> serve(in, null, true),
                in -> serve(in, CREDENTIALS, false), in -> ask(in, null), in -> ask(in, CREDENTIALS))) {
            ByteArrayInputStream in = new ByteArrayInputStream(input);
            Pieces pieces = new Pieces(input);
            String fromPieces = result(party, pieces);
            try {
                String result = party.talk(in);
                kinds += result.split(" ")[0] + ' ';
                assertEquals(result, fromPieces, "in pieces");
            } catch (SocksException | EOFException e) {
                assertEquals(e.getMessage(), fromPieces, "in pieces");
                refusal = e;
            }
            assertEquals(in.available(), pieces.available(), "left over");
        }
        return kinds.isEmpty() ? Outcome.rejected(refusal) : Outcome.accepted(kinds);
    }

    private interface Party {
        String talk(InputStream in) throws IOException;
    }

    private static String result(Party party, InputStream in) throws IOException {
        try {
            return party.talk(in);
        } catch (SocksException | EOFException e) {
            return e.getMessage();
        }
    }

    private static String serve(InputStream in, SocksCredentials credentials, boolean anyUser) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String user = SocksHandshake.accept(in, out, credentials, anyUser);
        String answers = HexFormat.of().formatHex(out.toByteArray());
        assertTrue(answers.equals("05020100") ? credentials != null || anyUser
                : answers.equals("0500") && credentials == null && user == null, answers);
        SocksRequest request = SocksRequest.read(in);
        checkAddress(request.destination());
        return request.command() + " " + request.destination();
    }

    private static String ask(InputStream in, SocksCredentials credentials) throws IOException {
        SocksClient.logIn(in, new ByteArrayOutputStream(), credentials);
        Endpoint bound = SocksClient.request(in, new ByteArrayOutputStream(), SocksRequest.Command.CONNECT, TARGET);
        checkAddress(bound);
        return "bound " + bound;
    }

    /** An address is written as it was read, and a name that looks like an address is that address from then on. */
    static void checkAddress(Endpoint endpoint) throws IOException {
        assertTrue(endpoint.host().chars().noneMatch(c -> c <= ' ' || c == 0x7F), "harmless in a log");
        Endpoint once = again(endpoint);
        assertEquals(once, again(once), "one spelling");
        assertEquals(endpoint.port(), once.port());
    }

    private static Endpoint again(Endpoint endpoint) throws IOException {
        byte[] written = SocksAddress.encode(endpoint);
        ByteArrayInputStream in = new ByteArrayInputStream(written);
        Endpoint read = SocksAddress.readAddress(in, in.read());
        assertEquals(0, in.available());
        return read;
    }

    @Override
    public List<String> dictionary() {
        return List.of("\5\1\0", "\5\2\0\2", "\5\1\2", "\1\4user\6secret", "\5\1\0\1\177\0\0\1\0P",
                "\5\1\0\3\u000eexample.target\0P", "\5\3\0\4", "\0\0\0\0\0\0\0\0\0\0\u00ff\u00ff\177\0\0\1", "\5\0", "\5\2\1\0",
                "\5\0\0\1\0\0\0\0\0\0", "\5\u00ff", "\3\0\0\0", "127.0.0.1", "010.0.0.1", "::ffff:1.2.3.4", "fe80::1%eth0",
                "[::1]", "0x7f.1", "\u00c3\u00a4", "\u00c2\u0085", ".", "%");
    }
}
