package io.linksocks.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A buffered input whose next byte another thread may peek at. The lock covers each call as a whole, so that a peek takes
 * nothing from a reader.
 */
final class PeekableInput extends InputStream {
    private final InputStream in;
    /** Guards the buffer; held while waiting for input. */
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] buffer;
    private int next;
    private int end;

    PeekableInput(InputStream in, int buffer) {
        this.in = in;
        this.buffer = new byte[buffer];
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
            int count = in.read(buffer, 0, buffer.length);
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
            if (next == end && length >= buffer.length) {
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
