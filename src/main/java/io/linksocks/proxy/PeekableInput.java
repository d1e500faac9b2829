package io.linksocks.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A buffered input whose next byte another thread may peek at. The lock covers each call as a whole, so that a peek takes
 * nothing from a reader.
 */
final class PeekableInput extends InputStream {
    private final InputStream in;
    /** Guards the buffer; held while waiting for input. */
    private final ReentrantLock lock = new ReentrantLock();
    private final int size;
    /** Null before the first read. */
    private byte[] buffer;
    private int next;
    private int end;

    /** @param size of the buffer */
    PeekableInput(InputStream in, int size) {
        this.in = in;
        this.size = size;
    }

    /** The next byte, which is still to be read; negative at the end. */
    int peek() throws IOException {
        lock.lock();
        try {
            return fill() ? buffer[next] & 0xFF : -1;
        } finally {
            lock.unlock();
        }
    }

    /** Puts bytes that were read elsewhere in front of the input. Nothing has been read from here. */
    void unread(byte[] bytes) {
        lock.lock();
        try {
            buffer = Arrays.copyOf(bytes, Math.max(bytes.length, size));
            next = 0;
            end = bytes.length;
        } finally {
            lock.unlock();
        }
    }

    /** Whether bytes were read from the input and not from here. */
    boolean hasBuffered() {
        lock.lock();
        try {
            return next < end;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something in the buffer; returns false at the end of the input. */
    private boolean fill() throws IOException {
        if (next == end) {
            buffer = buffer == null ? new byte[size] : buffer;
            int count = in.read(buffer, 0, size);
            next = 0;
            end = Math.max(0, count);
        }
        return next < end;
    }

    @Override
    public int read() throws IOException {
        lock.lock();
        try {
            return fill() ? buffer[next++] & 0xFF : -1;
        } finally {
            lock.unlock();
        }
    }

    /** A read as large as the buffer bypasses it. */
    @Override
    public int read(byte[] array, int offset, int length) throws IOException {
        lock.lock();
        try {
            if (next == end && length >= size) {
                return in.read(array, offset, length);
            }
            if (length > 0 && !fill()) {
                return -1;
            }
            int count = Math.min(length, end - next);
            System.arraycopy(buffer, next, array, offset, count);
            next += count;
            return count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() throws IOException {
        lock.lock();
        try {
            return end - next + in.available();
        } finally {
            lock.unlock();
        }
    }
}
