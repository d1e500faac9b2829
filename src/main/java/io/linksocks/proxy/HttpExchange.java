package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.TRACE;

import io.linksocks.http.Framing;
import io.linksocks.http.HttpException;
import io.linksocks.http.ProxyRequest;
import io.linksocks.http.ProxyResponse;
import io.linksocks.relay.TcpRelay;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request and its answer. The client's thread sends the request and then waits for the client's next bytes; another
 * thread forwards the answer, which may begin before the request has ended.
 */
final class HttpExchange {
    /** How long a client may take until its next request begins. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);
    /** How long a client has to receive the last answer. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(HttpExchange.class.getName());

    /** What comes after an answer. */
    enum End { NEXT_REQUEST, CONNECTION_CLOSES, OTHER_PROTOCOL }

    private final LocalClient client;
    private final HttpOrigin origin;
    private final ProxyRequest request;
    private final TunnelEntry entry;
    private final HeadMemory.Head answerHead;
    private final AtomicBoolean halfDone = new AtomicBoolean();
    private final CompletableFuture<End> ended = new CompletableFuture<>();
    /** The error in the request's body; set before the channel is closed for it. */
    private volatile HttpException mistake;
    /** Closes an idle connection; set by this thread, or before {@link #ended} completes. */
    private ScheduledFuture<?> clock;
    /** Whether the request was sent completely, so that another may follow; set before its half is done. */
    private boolean whole;
    private boolean begun;
    private boolean heard;
    /** Null unless the protocol has changed; set before {@link #ended} completes. */
    private TcpRelay relay;

    HttpExchange(LocalClient client, HttpOrigin origin, ProxyRequest request, TunnelEntry entry) {
        this.client = client;
        this.origin = origin;
        this.request = request;
        this.entry = entry;
        this.answerHead = HeadMemory.OF_PROCESS.new Head(origin.in());
    }

    /** Sends the request, or as much of it as the server accepts; returns perhaps before the answer. */
    void send() {
        Threads.start("http answer", this::answer);
        try {
            origin.out().write(request.forwarded());
            request.framing().copy(client.in(), request.framing(), origin.out());
            whole = true;
        } catch (HttpException e) {
            mistake = e;
            origin.breakOff(e.getMessage());
        } catch (EOFException e) {
            mistake = new HttpException(400, e.getMessage());
            origin.breakOff(e.getMessage());
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "a " + request + " broke off: " + e.getMessage());
            origin.breakOff(Reason.of(e));
        }
        endHalf();
    }

    /** Starts the time limit for the next request once both halves are done; after an incomplete one, none can follow. */
    private void endHalf() {
        if (halfDone.compareAndSet(false, true)) {
            return;
        }
        if (whole) {
            clock = Threads.later(IDLE_LIMIT, () -> Sockets.close(client.socket()));
        } else {
            linger();
        }
    }

    /** Whether all of the request was sent; if not, the client's next bytes still belong to its body. */
    boolean isWhole() {
        return whole;
    }

    boolean isAnswered() {
        return ended.isDone();
    }

    /** Waits for the end of the answer, and stops the time limit for the next request. */
    End await() {
        End end = ended.join();
        if (clock != null) {
            clock.cancel(false);
        }
        return whole || end != End.NEXT_REQUEST ? end : End.CONNECTION_CLOSES;
    }

    /** The relay of a connection that has changed its protocol; the server may send first. */
    TcpRelay relay() {
        return relay;
    }

    // --- the answer --------------------------------------------------------------------------------------------------

    private void answer() {
        End end = End.CONNECTION_CLOSES;
        try {
            end = pass();
        } catch (HttpException e) {
            fail(e);
        } catch (IOException e) {
            fail(new HttpException(502, Reason.of(e)));
        } finally {
            answerHead.release();
            finish(end);
        }
    }

    private End pass() throws IOException {
        ProxyResponse response = next();
        while (response.head().isInterim()) {
            // HTTP/1.0 has no such answers (RFC 9110, section 15.2).
            if (request.minor() > 0) {
                output().write(response.forwarded(response.framing(), false));
            }
            response = next();
        }
        return response.head().isSwitch() ? change(response) : pass(response);
    }

    private ProxyResponse next() throws IOException {
        answerHead.release();
        ProxyResponse response = ProxyResponse.read(answerHead, request.method());
        if (response == null) {
            throw new IOException("the server closed the connection without an answer");
        }
        heard = true;
        return response;
    }

    /** HTTP/1.0 has no chunks: there the end of the connection is the end of the body. */
    private End pass(ProxyResponse response) throws IOException {
        boolean unchunked = response.framing().kind() == Framing.Kind.CHUNKED && request.minor() == 0;
        Framing sent = unchunked ? Framing.UNTIL_END : response.framing();
        boolean closes = !request.keepsAlive() || response.doubtful() || sent.kind() == Framing.Kind.END_OF_CONNECTION;
        begun = true;
        output().write(response.forwarded(sent, closes));
        answerHead.release();
        response.framing().copy(origin.in(), sent, output());
        origin.noteUse();
        if (!response.keepsAlive()) {
            origin.close();
        }
        return closes ? End.CONNECTION_CLOSES : End.NEXT_REQUEST;
    }

    private End change(ProxyResponse response) throws IOException {
        if (!request.asksForWebSocket() || !response.head().headers().hasToken("Upgrade", "websocket")) {
            throw new HttpException(502, "bad answer of the server: it changes the protocol unasked");
        }
        begun = true;
        output().write(response.forwarded(response.framing(), false));
        origin.drainTo(output());
        relay = entry.relay(client, origin.channel());
        return End.OTHER_PROTOCOL;
    }

    /** Resets the client's connection when an answer broke off: it must not look complete. */
    private void fail(HttpException why) {
        LOG.log(DEBUG, () -> "no answer to a " + request + " of " + client + ": " + why.getMessage());
        origin.close();
        try {
            if (begun) {
                Sockets.reset(client.socket());
            } else if (heard || !origin.isUsed() || mistake != null) {
                HttpException told = mistake != null ? mistake : why;
                output().write(told.response().encode(request.method().equals("HEAD"), true, Instant.now()));
            }
            // Otherwise the server closed between two requests, which the client may retry (RFC 9112, section 9.3.1).
        } catch (IOException e) {
            LOG.log(TRACE, () -> "client " + client + " left before its answer: " + e.getMessage());
        }
    }

    private void finish(End end) {
        if (end == End.NEXT_REQUEST) {
            endHalf();
        } else if (end == End.CONNECTION_CLOSES) {
            linger();
        }
        ended.complete(end);
    }

    private void linger() {
        try {
            client.socket().shutdownOutput();
        } catch (IOException e) {
            LOG.log(TRACE, () -> "client " + client + " left: " + e.getMessage());
        }
        Threads.later(LINGER, () -> Sockets.close(client.socket()));
    }

    private OutputStream output() throws IOException {
        return client.socket().getOutputStream();
    }
}
