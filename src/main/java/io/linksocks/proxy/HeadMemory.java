package io.linksocks.proxy;

import io.linksocks.http.HttpException;
import io.linksocks.util.RateLimitedLogger;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for HTTP heads at all local ports of the process. The size of each head is limited, but thousands of clients or
 * servers that send large ones slowly would fill the heap.
 */
final class HeadMemory {
    private static final int PART_OF_HEAP = 8;
    static final HeadMemory OF_PROCESS = new HeadMemory(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);

    /** A byte is held in the line that grows, in its text, and in a name or value. */
    private static final int PER_BYTE = 3;
    /** A field and its two strings. */
    private static final int PER_LINE = 128;
    /** Taken at once; as much of each head is free, so that small ones pass in any case. */
    private static final int STEP = 2 << 10;

    private final RateLimitedLogger full = new RateLimitedLogger(System.getLogger(HeadMemory.class.getName()));
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    HeadMemory(long limit) {
        this.limit = limit;
    }

    private void take() throws HttpException {
        if (used.addAndGet(STEP) > limit) {
            used.addAndGet(-STEP);
            full.warn("short of memory, requests are refused: HTTP heads hold " + limit / 1024
                    + " KiB, an eighth of the heap; increase the heap with -Xmx");
            throw new HttpException(503, "short of memory");
        }
    }

    /** Reads heads of one connection, and accounts for the last one until it is released. Not thread-safe. */
    final class Head extends InputStream {
        private final InputStream in;
        private int free = STEP;
        private int taken;

        /** @param in stays open */
        Head(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            free -= value == '\n' ? PER_LINE : PER_BYTE;
            if (free < 0) {
                take();
                taken += STEP;
                free += STEP;
            }
            return value;
        }

        void release() {
            used.addAndGet(-taken);
            taken = 0;
            free = STEP;
        }
    }
}
