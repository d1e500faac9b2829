package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameRoundTripTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String written() {
        String digits = FrameKit.HEX.formatHex(out.toByteArray());
        out.reset();
        return digits;
    }

    @Test
    void writesTheShortestLength() throws IOException {
        FrameWriter writer = new FrameWriter(out);
        for (int length : new int[] {0, 125, 126, 0xFFFF, 0x10000}) {
            writer.message(FrameKit.withHeadroom(new byte[length]));
            String header = length < 126 ? "82%02x" : length <= 0xFFFF ? "827e%04x" : "827f%016x";
            assertEquals(header.formatted(length) + "00".repeat(length), written());
        }
        writer.frame(false, Opcode.TEXT, FrameKit.withHeadroom(new byte[] {'a'}));
        writer.control(Opcode.PING, new byte[] {1, 2});
        writer.control(Opcode.CLOSE, new FrameEvent.Close(1000, "bye").payload());
        assertEquals("010161" + "89020102" + "880503e8627965", written());
    }

    /** Header and payload leave together, from the array they lie in. */
    @Test
    void writesOnceAndWithoutACopy() throws IOException {
        List<byte[]> arrays = new ArrayList<>();
        FrameWriter writer = new FrameWriter(new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("single byte");
            }

            @Override
            public void write(byte[] array, int offset, int length) {
                arrays.add(array);
            }
        });
        Slice message = FrameKit.withHeadroom(new byte[100_000]);
        writer.message(message);
        assertEquals(1, arrays.size());
        assertSame(message.array(), arrays.getFirst());
    }

    @Test
    void randomMessagesComeThrough() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            boolean client = random.nextBoolean();
            FrameWriter writer = client ? new FrameWriter(new MaskingOutput(out, random)) : new FrameWriter(out);
            byte[] message = new byte[random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(300)];
            random.nextBytes(message);
            writeFragments(writer, message, random);
            byte[] bytes = out.toByteArray();
            out.reset();
            ByteArrayInputStream whole = new ByteArrayInputStream(bytes);
            boolean direct = random.nextBoolean();
            boolean trickles = !direct && bytes.length < 300;
            LinkInput in = direct
                    ? new LinkInput(new Buffer(whole), Channels.newChannel(whole))
                    : new LinkInput(trickles ? FrameKit.trickle(bytes) : whole, null);
            FrameReader frames = new FrameReader(in, client, 100_000);
            FrameEvent event = frames.read();
            while (event instanceof FrameEvent.Ping) {
                event = frames.read();
            }
            Slice data = assertInstanceOf(FrameEvent.Message.class, event).data();
            String hint = "seed " + seed + ", round " + round;
            assertEquals(MessageWriter.HEADROOM, data.offset(), hint);
            assertArrayEquals(message, data.toBytes(), hint);
            assertEquals(trickles ? bytes.length : 0, whole.available(), hint);
        }
    }

    /** The buffer in front of a channel, which tells how much it holds. */
    private static final class Buffer extends BufferedInputStream {
        Buffer(InputStream in) {
            super(in, 512);
        }

        @Override
        public int available() {
            return count - pos;
        }
    }

    private static void writeFragments(FrameWriter writer, byte[] message, Random random) throws IOException {
        int sent = 0;
        Opcode opcode = Opcode.BINARY;
        do {
            int part = random.nextBoolean() ? message.length - sent : random.nextInt(message.length - sent + 1);
            writer.frame(sent + part == message.length, opcode,
                    FrameKit.withHeadroom(Arrays.copyOfRange(message, sent, sent + part)));
            sent += part;
            opcode = Opcode.CONTINUATION;
            if (sent < message.length) {
                writer.control(Opcode.PING, new byte[random.nextInt(FrameWriter.MAX_CONTROL + 1)]);
            }
        } while (sent < message.length);
    }
}
