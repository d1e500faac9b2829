package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.fuzz.Pieces;
import io.linksocks.protocol.CloseCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** A stream of frames, of a client when the first byte is odd: what is read comes out again when it is written anew. */
public final class FrameFuzz implements FuzzTarget {
    private static final int LIMIT = 4096;

    @Override
    public Outcome run(byte[] input) throws IOException {
        boolean masked = input.length > 0 && (input[0] & 1) == 1;
        byte[] frames = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
        List<FrameEvent> events = new ArrayList<>();
        IOException end = readAll(new ByteArrayInputStream(frames), masked, events);
        List<FrameEvent> fromPieces = new ArrayList<>();
        IOException endOfPieces = readAll(new Pieces(frames), masked, fromPieces);
        assertEquals(show(events), show(fromPieces), "in pieces");
        assertEquals(end.getMessage(), endOfPieces.getMessage(), "in pieces");
        if (end instanceof WebSocketException violation) {
            assertTrue(CloseCode.mayBeSent(violation.code()));
        }
        checkAnew(events, masked);
        String kinds = events.stream().map(event -> event.getClass().getSimpleName()).distinct().collect(Collectors.joining());
        return end instanceof WebSocketException ? Outcome.rejected(end) : Outcome.accepted(kinds);
    }

    private static IOException readAll(InputStream in, boolean masked, List<FrameEvent> events) {
        FrameReader reader = new FrameReader(in, masked, LIMIT);
        try {
            for (;;) {
                events.add(reader.read());
            }
        } catch (WebSocketException | EOFException e) {
            return e;
        } catch (IOException e) {
            throw new AssertionError("neither a violation nor the end", e);
        }
    }

    private static void checkAnew(List<FrameEvent> events, boolean masked) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FrameWriter writer = masked ? new FrameWriter(new MaskingOutput(out, new Random(1))) : new FrameWriter(out);
        List<String> before = show(events);
        for (FrameEvent event : events) {
            switch (event) {
                case FrameEvent.Message message -> {
                    assertTrue(message.data().length() <= LIMIT);
                    writer.message(message.data());
                }
                case FrameEvent.Ping ping -> writer.control(Opcode.PING, ping.payload());
                case FrameEvent.Pong pong -> writer.control(Opcode.PONG, pong.payload());
                case FrameEvent.Close close -> writer.control(Opcode.CLOSE,
                        new FrameEvent.Close(close.code(), close.reason()).payload());
            }
        }
        assertEquals(before, FrameKit.events(masked, LIMIT, new ByteArrayInputStream(out.toByteArray())), "written anew");
    }

    private static List<String> show(List<FrameEvent> events) {
        return events.stream().map(FrameKit::show).toList();
    }

    @Override
    public List<String> dictionary() {
        return List.of("\u0082\u0085\1\2\3\4", "\u0002\u0081\0\0\0\0a", "\u0000\u0081\0\0\0\0a", "\u0080\u0080\0\0\0\0",
                "\u0089\u0080\0\0\0\0", "\u0088\u0082\0\0\0\0\3\u00e8", "\u0081\u0083\0\0\0\0\u00e2\u0082\u00ac",
                "\u0082\u00fe\0\u0080\1\2\3\4", "\u0082\u00ff\0\0\0\0\0\1\0\0\1\2\3\4", "\u0082\5hello", "\u0002\1a", "\u0000\1a",
                "\u0080\0", "\u0088\2\3\u00e8", "\u0082\u007e\0\u0080", "\u00c2", "\u0083", "\u00ed\u00a0\u0080");
    }

    /** Every frame that is believed may take what is declared up to the limit, and is read twice and written. */
    @Override
    public long memory(int length) {
        return (4 << 20) + 2000L * length;
    }
}
