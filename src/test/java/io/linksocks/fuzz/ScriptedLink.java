package io.linksocks.fuzz;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import java.io.IOException;

/** The end of a link whose other end says what a script tells it, and takes whatever it is sent. */
final class ScriptedLink implements Link {
    private final Script script;
    private volatile boolean over;

    /** What the other end does. */
    @FunctionalInterface
    interface Script {
        /** Its next message, or null when it leaves in good order. */
        byte[] next() throws IOException;
    }

    ScriptedLink(Script script) {
        this.script = script;
    }

    @Override
    public void send(Slice message) throws IOException {
        if (over) {
            throw new IOException("link is over");
        }
    }

    @Override
    public Slice receive() throws IOException {
        byte[] message = over ? null : script.next();
        if (over) {
            throw new IOException("link was aborted");
        }
        if (message == null) {
            return null;
        }
        byte[] array = new byte[MessageWriter.HEADROOM + message.length];
        System.arraycopy(message, 0, array, MessageWriter.HEADROOM, message.length);
        return new Slice(array, MessageWriter.HEADROOM, message.length);
    }

    @Override
    public void ping() {}

    @Override
    public long lastHeard() {
        return System.nanoTime();
    }

    @Override
    public long roundTrip() {
        return 0;
    }

    @Override
    public void close(int code, String reason) {
        over = true;
    }

    @Override
    public void abort() {
        over = true;
    }

    @Override
    public String peer() {
        return "fuzzer";
    }
}
