package io.linksocks.server;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Function;

/** Opens {@link SessionDirectory} to tests of other packages; all clients have the same token. */
public final class DirectoryAccess {
    private final SessionDirectory directory = new SessionDirectory();

    public Session begin(Link link, Message.Offer offer, Function<NegotiatedParameters, Session> create) throws IOException {
        return begin(link, receiveBegin(link), offer, create);
    }

    public Session begin(Link link, Message.Begin begin, Message.Offer offer, Function<NegotiatedParameters, Session> create)
            throws IOException {
        return directory.begin(link, begin, offer, null, create);
    }

    public static Message.Begin receiveBegin(Link link) throws IOException {
        return SessionDirectory.receiveBegin(link);
    }

    /** Null when there is no such session. */
    public Session resume(Link link, Message.Begin begin) throws IOException {
        return directory.resume(link, begin, token -> true);
    }

    public UUID newId() {
        return directory.newId();
    }

    public boolean isFromHere(UUID id) {
        return SessionDirectory.tag(id) == directory.tag();
    }

    public void remove(Session session) {
        directory.remove(session);
    }

    public int size() {
        return directory.size();
    }
}
