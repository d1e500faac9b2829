package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Records, as bytes or by somebody who has the keys: the outcome is the same however they arrive, and nothing comes out
 * that was not put in. The first byte tells which, for a stream or for datagrams.
 */
public final class RecordFuzz implements FuzzTarget {
    private int keys;

    @Override
    public Outcome run(byte[] input) {
        byte[] rest = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
        int mode = input.length == 0 ? 0 : input[0];
        boolean datagrams = (mode & 1) == 1;
        // No key is used twice: a cipher refuses to encrypt with the nonce of the last time.
        byte[] key = ByteBuffer.allocate(32).putInt(++keys).array();
        byte[] plain = (mode & 2) == 0 ? new byte[0] : content(rest);
        byte[] stream = (mode & 2) == 0 ? rest : seal(key, rest);
        Conversation.Outcome whole = read(key, datagrams, stream, Math.max(1, stream.length));
        for (int piece : new int[] {1, 3, 1 + (mode & 0x7C)}) {
            Conversation.Outcome pieces = read(key, datagrams, stream, piece);
            assertEquals(whole.complete(), pieces.complete(), "in pieces of " + piece);
            assertTrue(pieces.bytes().length >= whole.bytes().length, "in pieces of " + piece);
            assertArrayEquals(whole.bytes(), Arrays.copyOf(pieces.bytes(), whole.bytes().length), "in pieces of " + piece);
            assertTrue(pieces.bytes().length <= plain.length);
            assertArrayEquals(Arrays.copyOf(plain, pieces.bytes().length), pieces.bytes());
        }
        String kind = mode % 4 + " " + Math.min(3, whole.bytes().length);
        return whole.complete() ? Outcome.accepted(kind) : new Outcome(false, "broken " + kind);
    }

    private static Conversation.Outcome read(byte[] key, boolean datagrams, byte[] stream, int piece) {
        return Conversation.read(new RecordReader(new CipherState(key), datagrams), Conversation.pieces(stream, piece));
    }

    /** The script of records: type, length, content. */
    private static byte[] seal(byte[] key, byte[] script) {
        CipherState cipher = new CipherState(key);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int at = 0; at + 1 < script.length;) {
            int length = Math.min(script[at + 1] & 0xFF, script.length - at - 2);
            byte[] content = Arrays.copyOfRange(script, at + 1, at + 2 + length);
            content[0] = script[at];
            byte[] sealed = new byte[content.length + CipherState.TAG];
            cipher.encrypt(null, content, 0, content.length, sealed, 0);
            stream.write(sealed.length >> 8);
            stream.write(sealed.length);
            stream.writeBytes(sealed);
            at += 2 + length;
        }
        return stream.toByteArray();
    }

    private static byte[] content(byte[] script) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int at = 0; at + 1 < script.length;) {
            int length = Math.min(script[at + 1] & 0xFF, script.length - at - 2);
            content.write(script, at + 2, length);
            at += 2 + length;
        }
        return content.toByteArray();
    }

    @Override
    public List<String> dictionary() {
        return List.of("\0\3one", "\1\0", "\2\10\1a\0\1data", "\0\21", "\200\21");
    }

    @Override
    public long memory(int length) {
        return (4 << 20) + 20_000L * length;
    }
}
