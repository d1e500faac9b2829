package io.linksocks.relay;

import io.linksocks.util.TimeText;
import java.time.Duration;

/**
 * How stream bytes are batched (docs/protocol.md, batching).
 *
 * @param bufferSize the largest batch in bytes
 * @param dynamic whether a batch may grow while the source has more; false sends every read at once
 * @param minDelay the shortest and {@code maxDelay} the longest time that a batch may grow on a fast stream
 * @param compressFrom a batch of this many bytes or more is compressed if that pays; {@link #NEVER} for none
 */
public record BatchOptions(int bufferSize, boolean dynamic, Duration minDelay, Duration maxDelay, int compressFrom) {
    public static final int NEVER = Integer.MAX_VALUE;
    public static final int MAX_SIZE = 16 << 20;
    /** Whoever reads a stream should not wonder where it is. */
    public static final Duration MAX_DELAY = Duration.ofSeconds(10);

    public static final BatchOptions DEFAULT =
            new BatchOptions(1 << 20, true, Duration.ofMillis(20), Duration.ofMillis(500), 512 << 10);

    public BatchOptions {
        if (bufferSize < 1 || bufferSize > MAX_SIZE) {
            throw new IllegalArgumentException("buffer size " + bufferSize + " is not between 1 byte and 16 MiB");
        }
        if (compressFrom != NEVER && (compressFrom < 1 || compressFrom > MAX_SIZE)) {
            throw new IllegalArgumentException(
                    "compression threshold " + compressFrom + " is not between 1 byte and 16 MiB, nor 0 for off");
        }
        if (minDelay.isNegative() || minDelay.compareTo(maxDelay) > 0 || maxDelay.compareTo(MAX_DELAY) > 0) {
            throw new IllegalArgumentException("batching time limits " + TimeText.of(minDelay) + " and " + TimeText.of(maxDelay)
                    + " are not in order between 0 and 10 seconds");
        }
    }

    public BatchOptions withBufferSize(int bytes) {
        return new BatchOptions(bytes, dynamic, minDelay, maxDelay, compressFrom);
    }

    public BatchOptions withDynamic(boolean value) {
        return new BatchOptions(bufferSize, value, minDelay, maxDelay, compressFrom);
    }

    public BatchOptions withDelays(Duration min, Duration max) {
        return new BatchOptions(bufferSize, dynamic, min, max, compressFrom);
    }

    /** @param bytes 0 to compress nothing */
    public BatchOptions withCompressionThreshold(int bytes) {
        return new BatchOptions(bufferSize, dynamic, minDelay, maxDelay, bytes == 0 ? NEVER : bytes);
    }
}
