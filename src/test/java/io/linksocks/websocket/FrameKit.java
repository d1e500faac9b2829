package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/** Frames in hex; no socket. */
final class FrameKit {
    static final HexFormat HEX = HexFormat.of();
    /** Frames of a client, and frames of a server. */
    static final boolean MASKED = true;
    static final boolean UNMASKED = false;

    private FrameKit() {}

    static byte[] hex(String digits) {
        return HEX.parseHex(digits.replace(" ", ""));
    }

    /** Reads all events and leaves nothing over; each is shown as a word and its data. */
    static List<String> events(boolean masked, int limit, InputStream in) throws IOException {
        FrameReader reader = new FrameReader(in, masked, limit);
        List<String> events = new ArrayList<>();
        while (in.available() > 0) {
            events.add(show(reader.read()));
        }
        return events;
    }

    static List<String> events(boolean masked, String digits) throws IOException {
        return events(masked, Link.MESSAGE_LIMIT, new ByteArrayInputStream(hex(digits)));
    }

    static String show(FrameEvent event) {
        return switch (event) {
            case FrameEvent.Message message -> "BINARY " + show(message.data());
            case FrameEvent.Ping ping -> "PING " + HEX.formatHex(ping.payload());
            case FrameEvent.Pong pong -> "PONG " + HEX.formatHex(pong.payload());
            case FrameEvent.Close close -> "CLOSE " + close.code() + " " + close.reason();
        };
    }

    private static String show(Slice data) {
        assertTrue(data.offset() >= MessageWriter.HEADROOM, "headroom");
        return HEX.formatHex(data.toBytes());
    }

    /** A stream that gives one byte per read. */
    static InputStream trickle(byte[] bytes) {
        List<InputStream> parts = new ArrayList<>();
        for (byte b : bytes) {
            parts.add(new ByteArrayInputStream(new byte[] {b}));
        }
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    static Slice withHeadroom(byte[] bytes) {
        byte[] array = new byte[MessageWriter.HEADROOM + bytes.length];
        System.arraycopy(bytes, 0, array, MessageWriter.HEADROOM, bytes.length);
        return new Slice(array, MessageWriter.HEADROOM, bytes.length);
    }
}
