package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {
    private static final int LIMIT = 4 << 20;

    private final MessageAssembler assembler = new MessageAssembler(LIMIT);

    private Slice assemble(byte[] message, int part) throws IOException {
        int sent = 0;
        for (; message.length - sent > part; sent += part) {
            assertNull(assembler.add(ByteBuffer.wrap(message, sent, part), false));
        }
        return assembler.add(ByteBuffer.wrap(message, sent, message.length - sent), true);
    }

    private static byte[] data(int payload) {
        byte[] array = new byte[MessageWriter.DATA_ROOM + payload];
        new Random(payload).nextBytes(array);
        return MessageWriter.frameTcpData(UUID.randomUUID(), Compression.NONE,
                new Slice(array, MessageWriter.DATA_ROOM, payload)).toBytes();
    }

    @Test
    void aDataMessageGetsAnArrayOfItsSize() throws IOException {
        byte[] message = data(500_000);
        Slice whole = assemble(message, 16_384);
        assertArrayEquals(message, whole.toBytes());
        assertEquals(MessageWriter.HEADROOM, whole.offset());
        assertEquals(MessageWriter.HEADROOM + message.length, whole.capacity());
    }

    @Test
    void oneAfterAnotherAndInAnyParts() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] message = random.nextBoolean() ? data(random.nextInt(3000)) : new byte[random.nextInt(3000)];
            assertArrayEquals(message, assemble(message, 1 + random.nextInt(1000)).toBytes(), "seed " + seed);
        }
        byte[] large = data(3 << 20);
        assertArrayEquals(large, assemble(large, 16_384).toBytes());
    }

    @Test
    void aFalseLengthIsNotBelieved() throws IOException {
        byte[] message = data(100);
        ByteBuffer.wrap(message).putInt(MessageWriter.DATA_HEADER - 4, LIMIT - 100);
        Slice whole = assemble(message, 50);
        assertArrayEquals(message, whole.toBytes());
        assertTrue(whole.capacity() <= FrameReader.TRUSTED + MessageWriter.HEADROOM);
        ByteBuffer.wrap(message).putInt(MessageWriter.DATA_HEADER - 4, -1);
        assertArrayEquals(message, assemble(message, 50).toBytes());
    }

    @Test
    void limitsTheWhole() throws IOException {
        assertEquals(LIMIT, assemble(new byte[LIMIT], 100_000).length());
        assertEquals(CloseCode.TOO_BIG,
                assertThrows(WebSocketException.class, () -> assemble(new byte[LIMIT + 1], 100_000)).code());
    }
}
