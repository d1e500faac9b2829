package io.linksocks.relay;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Slice;

/** Stream bytes for one Data message, with {@link io.linksocks.protocol.MessageWriter#DATA_ROOM} free bytes in front. */
record Batch(Compression compression, Slice data) {
    int length() {
        return data.length();
    }
}
