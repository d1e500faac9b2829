package io.linksocks.seal;

import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** One direction of a sealed channel, whose records a test may treat as a relay could. */
final class Conversation {
    static final Secret SECRET = Secret.of("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    static final Endpoint TARGET = new Endpoint("target.example", 443);
    private static final String KEY = "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
    private static final String OTHER_KEY = "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";

    private Conversation() {}

    static EphemeralKey key(String privateKey) {
        return new EphemeralKey(HexFormat.of().parseHex(privateKey));
    }

    /** Always the same keys, first the connector's end, then the provider's. */
    static Records[] ends(Transport transport) throws SealException {
        CipherState.CIPHERS.clear();
        SealedConnect connect = SealedConnect.to(SECRET, transport, transport == Transport.TCP ? TARGET : null,
                key(KEY));
        SecretRing ring = new SecretRing();
        ring.add(new SealedToken("home", SECRET));
        SealedRequest request = ring.read(connect.address().host());
        connect.verdict(request.answer("", key(OTHER_KEY)));
        return new Records[] {connect.records(), request.records()};
    }

    static byte[] record(RecordWriter writer, byte... content) throws SealException {
        byte[] array = new byte[RecordWriter.ROOM + content.length];
        System.arraycopy(content, 0, array, RecordWriter.ROOM, content.length);
        return writer.data(array, RecordWriter.ROOM, content.length).toBytes();
    }

    /** What a reader makes of a stream that arrives in these pieces, and whether it took that for complete. */
    record Outcome(byte[] bytes, boolean complete) {}

    static Outcome read(RecordReader reader, List<byte[]> pieces) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            for (byte[] piece : pieces) {
                ByteBuffer received = bytes.size() % 2 == 0 ? ByteBuffer.wrap(piece)
                        : ByteBuffer.allocateDirect(piece.length).put(0, piece);
                reader.offer(new Slice(received, 0, piece.length));
                for (Slice content = reader.next(); content != null; content = reader.next()) {
                    bytes.writeBytes(content.toBytes());
                }
            }
            return new Outcome(bytes.toByteArray(), reader.hasEnded());
        } catch (SealException e) {
            return new Outcome(bytes.toByteArray(), false);
        }
    }

    static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        parts.forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    static List<byte[]> pieces(byte[] bytes, int length) {
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += length) {
            pieces.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length)));
        }
        return pieces;
    }
}
