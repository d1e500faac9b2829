package io.linksocks.relay;

import java.time.Duration;

/**
 * How stream bytes are batched (SPEC section 3).
 *
 * @param bufferSize the largest batch in bytes
 * @param dynamic whether a batch may grow while the source has more; false sends every read at once
 * @param minDelay the shortest and {@code maxDelay} the longest time that a batch may grow on a fast stream
 * @param compressFrom a batch of this many bytes or more is compressed if that pays; only a stream that fills bulk
 *     messages and has more to give is asked
 */
public record BatchOptions(int bufferSize, boolean dynamic, Duration minDelay, Duration maxDelay, int compressFrom) {
    public static final BatchOptions DEFAULT =
            new BatchOptions(1 << 20, true, Duration.ofMillis(20), Duration.ofMillis(500), 512 << 10);

    public BatchOptions {
        if (bufferSize < 1 || bufferSize > 16 << 20) {
            throw new IllegalArgumentException("buffer size " + bufferSize + " is not between 1 byte and 16 MiB");
        }
    }

    public BatchOptions withBufferSize(int bytes) {
        return new BatchOptions(bytes, dynamic, minDelay, maxDelay, compressFrom);
    }
}
