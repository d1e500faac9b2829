package io.linksocks.server;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.ClientDials;
import io.linksocks.session.Channel;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import java.time.Duration;

/** A connector: its channels lead to the providers of its own token and nowhere else. */
final class ConnectorRole implements Role {
    private final ConnectorToken token;
    private final DestinationGuard guard;
    private final ChannelOpener providers;
    private final ClientDials dials = new ClientDials();

    /** @param timeout how long a channel waits for a provider */
    ConnectorRole(ConnectorToken token, DestinationGuard guard, Duration timeout) {
        this.guard = guard;
        this.token = token;
        this.providers = new ChannelOpener(token.group().pool(), timeout);
    }

    @Override
    public boolean join(Session session) {
        return token.join(session);
    }

    @Override
    public void leave(Session session) {
        token.leave(session);
    }

    @Override
    public void accept(Channel channel) {
        Splice route = new Splice(channel, providers, guard, dials);
        Threads.start("route from " + channel.peer(), route::run);
    }

    @Override
    public String toString() {
        return "connector";
    }
}
