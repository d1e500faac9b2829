package io.linksocks.server;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.session.NegotiatedParameters;
import io.linksocks.session.Session;
import java.io.IOException;
import java.util.function.Function;

/** Opens {@link SessionDirectory} to tests of other packages; all clients have the same token. */
public final class DirectoryAccess {
    private final SessionDirectory directory = new SessionDirectory();

    public Session begin(Link link, Message.Offer offer, Function<NegotiatedParameters, Session> create) throws IOException {
        return directory.begin(link, SessionDirectory.receiveBegin(link), offer, null, create);
    }

    public void remove(Session session) {
        directory.remove(session);
    }

    public int size() {
        return directory.size();
    }
}
