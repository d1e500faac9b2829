package io.linksocks.seal;

/** Both directions of a sealed channel, as one of its ends has them. */
public record Records(RecordWriter writer, RecordReader reader) {}
