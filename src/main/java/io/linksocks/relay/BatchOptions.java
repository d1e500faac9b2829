package io.linksocks.relay;

import io.linksocks.wire.WireSettings;
import java.time.Duration;

/**
 * How stream bytes are batched (docs/protocol.md, batching).
 *
 * @param bufferSize the largest batch in bytes
 * @param dynamic whether a batch may grow while the source has more; false sends every read at once
 * @param minDelay the shortest and {@code maxDelay} the longest time that a batch may grow on a fast stream
 * @param compressFrom a batch of this many bytes or more is compressed if that pays; {@code Integer.MAX_VALUE} for none
 */
public record BatchOptions(int bufferSize, boolean dynamic, Duration minDelay, Duration maxDelay, int compressFrom) {
    private static final int NEVER = Integer.MAX_VALUE;

    public static final BatchOptions DEFAULT = of(WireSettings.DEFAULT);

    public static BatchOptions of(WireSettings wire) {
        return new BatchOptions(wire.bufferSize(), wire.dynamicBatching(), wire.minBatchTime(), wire.maxBatchTime(),
                wire.compressionThreshold() == 0 ? NEVER : wire.compressionThreshold());
    }

    /** The same without compression. */
    BatchOptions uncompressed() {
        return new BatchOptions(bufferSize, dynamic, minDelay, maxDelay, NEVER);
    }
}
