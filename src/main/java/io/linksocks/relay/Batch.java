package io.linksocks.relay;

import io.linksocks.protocol.Compression;

/** Stream bytes for one Data message, with {@link io.linksocks.protocol.MessageWriter#DATA_ROOM} free bytes in front. */
record Batch(Compression compression, byte[] array, int offset, int length) {}
