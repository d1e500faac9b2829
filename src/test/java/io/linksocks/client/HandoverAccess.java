package io.linksocks.client;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/** Opens {@link Handover} to tests of other packages. */
public final class HandoverAccess {
    private final Handover handover;

    public HandoverAccess(int window, Function<NegotiatedParameters, Session> create) {
        this.handover = new Handover(window, Duration.ofMinutes(10), create);
    }

    public Session begin(Link link, Message.Offer offer, Session earlier) throws IOException {
        return handover.begin(link, offer, earlier);
    }
}
