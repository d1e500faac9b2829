package io.linksocks.relay;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.util.EventLoop;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The socket of a relay while it is quiet: idle, or in a conversation of small messages. It is non-blocking then; the
 * event loop reads it and sends at once, and the session's reader writes to it, so no thread of the relay is woken.
 *
 * <p>Both give up before they would wait: without credit, turn or room on the link, with a full socket, for bulk, for
 * anything to inflate, and at every end. The socket becomes a blocking one again, and the relay's threads go on with
 * what was read or received and not passed on.
 */
final class QuietSocket implements EventLoop.Handler {
    private final SocketChannel socket;
    private final Channel channel;
    private final int bulk;
    /** Free bytes in front of what is read. */
    private final int room;
    private final TcpRelay relay;

    /** Guards the fields below, and which mode the socket is in. Held while something is written without blocking. */
    private final ReentrantLock lock = new ReentrantLock();
    private boolean quiet;
    private boolean leaving;
    /** Threads that may write to the socket. */
    private int writers;
    private EventLoop loop;
    private SelectionKey key;
    /** Read and not sent; null for nothing. */
    private Batch unsent;
    private IOException failure;
    private Message.Data unwritten;
    private int written;
    private Thread waiter;

    /**
     * @param bulk how many bytes at a time are too many for the loop
     * @param relay whose threads take over
     */
    QuietSocket(SocketChannel socket, Channel channel, int bulk, TcpRelay relay) {
        this.socket = socket;
        this.channel = channel;
        this.bulk = bulk;
        this.room = Batcher.room(channel.isSealed());
        this.relay = relay;
    }

    /**
     * Waits while the socket is quiet. It blocks again when this returns, and nobody else reads it.
     *
     * @return what was read and is still to be sent; null for nothing
     * @throws IOException that a read has thrown
     */
    Batch await() throws IOException {
        if (!enter()) {
            return null;
        }
        while (isQuiet()) {
            LockSupport.park(this);
            // Nobody interrupts a relay, but park would not wait for one that was interrupted.
            Thread.interrupted();
        }
        if (failure != null) {
            throw failure;
        }
        Batch rest = unsent;
        unsent = null;
        return rest;
    }

    private boolean enter() {
        lock.lock();
        try {
            if (writers > 0) {
                return false;
            }
            waiter = Thread.currentThread();
            quiet = true;
            leaving = false;
            loop = loop == null ? EventLoop.next() : loop;
            key = loop.add(socket, this);
            if (!socket.isOpen()) {
                leave();
            }
        } catch (IOException | CancelledKeyException e) {
            leave();
        } finally {
            lock.unlock();
        }
        return true;
    }

    private boolean isQuiet() {
        lock.lock();
        try {
            return quiet;
        } finally {
            lock.unlock();
        }
    }

    // --- by the event loop -------------------------------------------------------------------------------------------

    @Override
    public void onReadable(ByteBuffer scratch) {
        try {
            if (!channel.hasCredit() || !relay(scratch)) {
                giveUp();
            }
        } catch (IOException e) {
            failure = e;
            giveUp();
        } catch (RuntimeException | Error e) {
            failure = new IOException("failed: " + e, e);
            giveUp();
            throw e;
        }
    }

    /** Returns false when a thread has to go on. */
    private boolean relay(ByteBuffer scratch) throws IOException {
        int length = socket.read(scratch.clear().limit(bulk));
        if (length <= 0) {
            return length == 0;
        }
        byte[] array = BufferPool.atLeast(room + length);
        scratch.flip().get(array, room, length);
        if (length < bulk && channel.trySend(Compression.NONE, array, room, length)) {
            relay.notePassedOn();
            return true;
        }
        unsent = new Batch(Compression.NONE, array, room, length);
        return false;
    }

    @Override
    public void onClosed() {
        giveUp();
    }

    private void giveUp() {
        lock.lock();
        try {
            leave();
        } finally {
            lock.unlock();
        }
    }

    /** By the loop's thread, or the one that has just entered. */
    private void leave() {
        if (!quiet) {
            return;
        }
        quiet = false;
        try {
            if (key != null) {
                key.cancel();
            }
            socket.configureBlocking(true);
        } catch (IOException e) {
            failure = new SocketException("socket closed");
        }
        if (leaving) {
            startWriting();
        }
        LockSupport.unpark(waiter);
    }

    // --- by the session's reader, or whoever closes the channel --------------------------------------------------------

    /** Writes what has been received, if the socket is quiet and takes it; starts a thread otherwise. */
    void write() {
        lock.lock();
        try {
            if (!quiet) {
                startWriting();
            } else if (!leaving && !writeAll()) {
                leaving = true;
                loop.execute(this::giveUp);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns false when a thread has to go on. */
    private boolean writeAll() {
        try {
            while (channel.isReadyOr(relay::onArrival)) {
                Message.Data data = channel.receive();
                if (data == null) {
                    relay.onOutputEnd();
                    return true;
                }
                if (!write(data)) {
                    return false;
                }
                channel.consumed(data);
                relay.notePassedOn();
            }
            return true;
        } catch (IOException e) {
            // The thread, which tries again, gets it as well.
            return false;
        }
    }

    private boolean write(Message.Data data) throws IOException {
        Slice payload = data.payload();
        unwritten = data;
        written = 0;
        if (data.compression() != Compression.NONE || payload.length() >= bulk) {
            return false;
        }
        written = socket.write(payload.toBuffer());
        if (written < payload.length()) {
            return false;
        }
        unwritten = null;
        BufferPool.release(payload.array());
        return true;
    }

    private void startWriting() {
        writers++;
        relay.startWriter();
    }

    // --- by the threads that write -----------------------------------------------------------------------------------

    /** What the first thread has to write before it receives; null for nothing. */
    Message.Data takeUnwritten() {
        lock.lock();
        try {
            Message.Data data = unwritten;
            unwritten = null;
            return data;
        } finally {
            lock.unlock();
        }
    }

    /** How much of that was written. */
    int written() {
        return written;
    }

    /** Called by a thread that won't write any more. */
    void endWriting() {
        lock.lock();
        try {
            writers--;
        } finally {
            lock.unlock();
        }
    }
}
