package io.linksocks.session;

import io.linksocks.protocol.BufferPool;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * One end of a link without a network. The network's whims are at hand: what is on the way can be held back, lost, or
 * delivered after the sender is gone, and an end can be left believing that the link lives.
 */
public final class MemoryLink implements Link {
    private final String peer;
    private final MemoryPipe in;
    private final MemoryPipe out;
    private volatile Script script = number -> true;
    private volatile LongSupplier lastHeard = System::nanoTime;
    private volatile int pings;
    private int sent;

    /** What shall happen when a message is sent; called by the one who sends, so it must not block. */
    @FunctionalInterface
    public interface Script {
        /** @return whether the message that is the number-th from this end, from 1, gets on its way */
        boolean onSend(int number) throws IOException;

        /** Called when it is on its way, before its sender goes on; may block. */
        default void onSent(int number) {}
    }

    /** Both ends of a link. */
    public record Pair(MemoryLink client, MemoryLink server) {
        /** Breaks the link for both ends, who still get what is on its way to them. */
        public void cut() {
            client.breakOff();
            server.breakOff();
        }

        /** Breaks it in the middle of what is on its way; cut first, for nothing may follow what is lost. */
        public void cutInside() {
            cut();
            client.in.lose();
            server.in.lose();
        }
    }

    private MemoryLink(String peer, MemoryPipe in, MemoryPipe out) {
        this.peer = peer;
        this.in = in;
        this.out = out;
    }

    /** @param capacity messages on the way in each direction before a sender has to wait */
    public static Pair pair(String name, int capacity) {
        MemoryPipe up = new MemoryPipe(capacity);
        MemoryPipe down = new MemoryPipe(capacity);
        return new Pair(new MemoryLink(name + " server", down, up), new MemoryLink(name + " client", up, down));
    }

    public void script(Script wanted) {
        script = wanted;
    }

    // --- the network's whims, each for what is on its way to this end ---------------------------------------------------

    /** Holds everything back. */
    public void freeze() {
        in.freeze(true);
    }

    public void thaw() {
        in.freeze(false);
    }

    private void breakOff() {
        in.freeze(false);
        in.end(new IOException("connection cut"));
    }

    /** From now on this end hears nothing, not even that the other is gone, and what it sends gets nowhere. */
    public void isolate() {
        in.isolate();
        out.swallow();
    }

    /** What this end believes from now on. */
    public void lastHeard(LongSupplier time) {
        lastHeard = time;
    }

    int pings() {
        return pings;
    }

    // --- Link -----------------------------------------------------------------------------------------------------------

    @Override
    public void send(Slice message) throws IOException {
        boolean delivered = script.onSend(++sent);
        long before = checksum(message);
        out.put(copy(message), delivered);
        Thread.yield();
        script.onSent(sent);
        if (checksum(message) != before) {
            throw new AssertionError("the array of a message was used again while a real link would still read it");
        }
    }

    @Override
    public boolean isReady(long unconfirmed, int length) {
        return out.hasRoom();
    }

    private static long checksum(Slice message) {
        CRC32C sum = new CRC32C();
        sum.update(message.toBuffer());
        return sum.getValue();
    }

    /** As a real reader does it: large messages in buffers of the pool, and always with headroom. */
    private static Slice copy(Slice message) {
        int length = MessageWriter.HEADROOM + message.length();
        ByteBuffer buffer = length > 512 && length <= BufferPool.SIZE ? BufferPool.DIRECT.take() : ByteBuffer.allocate(length);
        buffer.put(MessageWriter.HEADROOM, message.buffer(), message.offset(), message.length());
        return new Slice(buffer, MessageWriter.HEADROOM, message.length());
    }

    /** Lets others go first, for much can happen between the arrival of a message and its receiver. */
    @Override
    public Slice receive() throws IOException {
        Slice message = in.take();
        Thread.yield();
        return message;
    }

    @Override
    public void ping() {
        pings++;
    }

    @Override
    public long lastHeard() {
        return lastHeard.getAsLong();
    }

    @Override
    public long roundTrip() {
        return 0;
    }

    @Override
    public void close(int code, String reason) {
        out.end(null);
        in.abandon();
    }

    @Override
    public void abort() {
        out.end(new IOException("reset by peer"));
        in.abandon();
    }

    @Override
    public String peer() {
        return peer;
    }
}
