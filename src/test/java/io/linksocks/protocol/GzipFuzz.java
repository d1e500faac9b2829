package io.linksocks.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Compressed payloads: what is accepted is what the platform's own reader makes of it, in one piece or in many. */
public final class GzipFuzz implements FuzzTarget {
    private static final int LIMIT = 1 << 20;

    @Override
    public Outcome run(byte[] input) throws IOException {
        byte[] plain;
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        String endOfPieces = "";
        try {
            Gzip.inflate(Slice.of(input), LIMIT, pieces);
        } catch (ProtocolException e) {
            endOfPieces = e.getMessage();
        }
        assertTrue(pieces.size() <= LIMIT);
        try {
            plain = Gzip.inflate(Slice.of(input), LIMIT);
        } catch (ProtocolException e) {
            assertEquals(e.getMessage(), endOfPieces, "in pieces");
            return Outcome.rejected(e);
        }
        assertEquals("", endOfPieces, "in pieces");
        assertArrayEquals(plain, pieces.toByteArray(), "in pieces");
        assertArrayEquals(new GZIPInputStream(new ByteArrayInputStream(input)).readAllBytes(), plain, "by the platform");
        return Outcome.accepted(Integer.toString(Integer.numberOfLeadingZeros(plain.length)));
    }

    @Override
    public List<String> dictionary() {
        return List.of("\u001f\u008b\u0008\0\0\0\0\0\4\u00ff", "\u001f\u008b\u0008\u0008", "\3\0", "\0\0\0\0\0\0\0\0",
                "\u00ff\u00ff", "\1\0\0\u00ff\u00ff");
    }

    @Override
    public long memory(int length) {
        return 8L * LIMIT + 100L * length;
    }
}
