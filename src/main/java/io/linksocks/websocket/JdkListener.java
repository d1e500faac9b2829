package io.linksocks.websocket;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/** Receives from a JDK WebSocket. Always has requested one more invocation, except while the queue is full. */
final class JdkListener implements WebSocket.Listener {
    private final ReceiveQueue queue = new ReceiveQueue();
    private final MessageAssembler assembler = new MessageAssembler(Link.MESSAGE_LIMIT);
    private final RoundTrip roundTrip = new RoundTrip();
    private final Runnable opened;
    private volatile long lastHeard = System.nanoTime();
    private volatile String closeReason = "";

    JdkListener(Runnable opened) {
        this.opened = opened;
    }

    ReceiveQueue queue() {
        return queue;
    }

    RoundTrip roundTrip() {
        return roundTrip;
    }

    long lastHeard() {
        return lastHeard;
    }

    String closeReason() {
        return closeReason;
    }

    /** Requests the next message once a full queue has room again. */
    void proceed(WebSocket socket) {
        if (queue.resume()) {
            socket.request(1);
        }
    }

    /** Replaces codes that the JDK does not let a client send by "policy violation". */
    static int sendable(int code) {
        return switch (code) {
            case CloseCode.NORMAL, CloseCode.GOING_AWAY, CloseCode.INTERNAL_ERROR -> code;
            default -> code >= CloseCode.PRIVATE_MIN ? code : CloseCode.POLICY_VIOLATION;
        };
    }

    @Override
    public void onOpen(WebSocket socket) {
        opened.run();
        socket.request(1);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
        lastHeard = System.nanoTime();
        try {
            Slice message = assembler.add(part, last);
            if (message == null || queue.add(message)) {
                socket.request(1);
            }
        } catch (WebSocketException e) {
            fail(socket, e);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        fail(socket, new WebSocketException(CloseCode.UNSUPPORTED_DATA, "only binary messages are understood"));
        return null;
    }

    private void fail(WebSocket socket, WebSocketException violation) {
        String reason = violation.getMessage();
        socket.sendClose(sendable(violation.code()), reason).whenComplete((sent, e) -> queue.end(violation));
    }

    @Override
    public CompletionStage<?> onPing(WebSocket socket, ByteBuffer payload) {
        return control(socket);
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer payload) {
        roundTrip.pong(payload);
        return control(socket);
    }

    private CompletionStage<?> control(WebSocket socket) {
        lastHeard = System.nanoTime();
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        closeReason = reason;
        queue.end(code == CloseCode.ABNORMAL ? new IOException("connection ended without a close frame") : null);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        Threads.reportError(error);
        queue.end(new IOException("connection broke: " + Opening.describe(error), error));
    }
}
