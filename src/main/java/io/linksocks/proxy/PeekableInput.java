package io.linksocks.proxy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A buffered input whose next byte another thread may peek at. The lock covers a peek as a whole: a reader between its read and
 * its reset would lose a byte, and get those that follow twice.
 */
final class PeekableInput extends InputStream {
    private final InputStream in;
    /** Held while waiting for input. */
    private final ReentrantLock lock = new ReentrantLock();

    PeekableInput(InputStream in, int buffer) {
        this.in = new BufferedInputStream(in, buffer);
    }

    /** The next byte, which is still to be read; negative at the end. */
    int peek() throws IOException {
        lock.lock();
        try {
            in.mark(1);
            int next = in.read();
            in.reset();
            return next;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        lock.lock();
        try {
            return in.read();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        lock.lock();
        try {
            return in.read(buffer, offset, length);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() throws IOException {
        lock.lock();
        try {
            return in.available();
        } finally {
            lock.unlock();
        }
    }
}
