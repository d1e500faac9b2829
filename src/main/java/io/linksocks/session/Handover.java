package io.linksocks.session;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;

/**
 * The client's side of a handshake that agrees which session continues on a new link (docs/protocol-extensions.md, section 3.2).
 */
public final class Handover {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    private final int window;
    private final Duration timeout;
    private final Function<NegotiatedParameters, Session> create;

    /**
     * @param window initial credit of every channel towards this side
     * @param timeout how long a session waits for another link at most
     * @param create creates a session with the negotiated parameters
     */
    public Handover(int window, Duration timeout, Function<NegotiatedParameters, Session> create) {
        this.window = window;
        this.timeout = timeout;
        this.create = create;
    }

    /**
     * @param earlier the session so far; null when there is none
     * @return the session; the caller runs it on the link with {@link Session#run}
     */
    public Session begin(Link link, Message.Offer offer, Session earlier) throws IOException {
        if (offer == null) {
            abandon(earlier, "the server no longer supports sessions");
            return create.apply(NegotiatedParameters.BASE);
        }
        boolean resumable = earlier != null && offer.features().resume() && earlier.prepareResume(link);
        UUID wanted = resumable ? earlier.parameters().id() : offer.session();
        long received = resumable ? earlier.received() : 0;
        Message.Begun begun = exchange(link, new Message.Begin(wanted, received, window));
        if (resumable && begun.session().equals(wanted)) {
            earlier.resume(link, begun.received());
            return earlier;
        }
        if (!begun.session().equals(offer.session())) {
            throw new IOException("the server named an unknown session");
        }
        abandon(earlier, "the server no longer knows this session");
        return create.apply(new NegotiatedParameters(offer.features(), offer.session(), offer.window(), grace(offer)));
    }

    private Duration grace(Message.Offer offer) {
        Duration granted = Duration.ofSeconds(offer.graceSeconds());
        return granted.compareTo(timeout) < 0 ? granted : timeout;
    }

    private static Message.Begun exchange(Link link, Message.Begin begin) throws IOException {
        ScheduledFuture<?> timeout = Threads.later(ANSWER_LIMIT, link::abort);
        try {
            link.send(MessageWriter.write(begin));
            Slice answer = link.receive();
            if (answer != null && MessageReader.read(answer) instanceof Message.Begun begun) {
                return begun;
            }
            throw new IOException("the server did not say which session continues");
        } finally {
            timeout.cancel(false);
        }
    }

    private static void abandon(Session earlier, String why) {
        if (earlier != null) {
            earlier.abandon(why);
        }
    }
}
