package io.linksocks.server;

import io.linksocks.relay.TargetEgress;
import io.linksocks.session.Channel;
import io.linksocks.session.Session;

/** A client for which the server dials. */
final class ForwardRole implements Role {
    private final ForwardToken token;
    private final TargetEgress egress;

    ForwardRole(ForwardToken token, TargetEgress egress) {
        this.token = token;
        this.egress = egress;
    }

    @Override
    public boolean join(Session session) {
        return token.sessions().add(session);
    }

    @Override
    public void leave(Session session) {
        token.sessions().remove(session);
    }

    @Override
    public void accept(Channel channel) {
        egress.accept(channel);
    }

    @Override
    public String toString() {
        return "client";
    }
}
