package io.linksocks.websocket;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Remembers when bytes last came, so that a large message on a slow line counts as a sign of life all along. */
final class ActivityTrackingInputStream extends FilterInputStream {
    private volatile long lastHeard = System.nanoTime();

    ActivityTrackingInputStream(InputStream in) {
        super(in);
    }

    /** On the {@link System#nanoTime} scale. */
    long lastHeard() {
        return lastHeard;
    }

    @Override
    public int read(byte[] array, int offset, int length) throws IOException {
        int count = in.read(array, offset, length);
        lastHeard = System.nanoTime();
        return count;
    }
}
