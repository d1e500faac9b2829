package io.linksocks.protocol;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class BufferPoolTest {
    /** Takes direct buffers until there are no more; the last one is on the heap. */
    private static List<ByteBuffer> takeAll() {
        List<ByteBuffer> taken = new ArrayList<>();
        do {
            taken.add(BufferPool.DIRECT.takeLarge());
        } while (taken.getLast().isDirect());
        return taken;
    }

    @Test
    void buffersBeyondTheLimitOfDirectMemoryAreOnTheHeap() {
        List<ByteBuffer> taken = takeAll();
        assertTrue(taken.size() > 1, "the first is direct");
        assertFalse(BufferPool.DIRECT.takeLarge().isDirect());
        taken.forEach(BufferPool::release);
        ByteBuffer again = BufferPool.DIRECT.takeLarge();
        assertTrue(again.isDirect());
        BufferPool.release(again);
    }

    @Test
    void buffersThatWereNeverReleasedMakeRoomForOthers() {
        assertFalse(takeAll().isEmpty());
        ByteBuffer next = BufferPool.DIRECT.takeLarge();
        while (!next.isDirect()) {
            System.gc();
            next = BufferPool.DIRECT.takeLarge();
        }
        BufferPool.release(next);
    }
}
