package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.protocol.Message;
import io.linksocks.relay.SessionPool;
import io.linksocks.session.Session;

/** Who has this token reaches the providers of one group. */
final class ConnectorToken implements Token {
    private final String value;
    private final ProviderGroup group;
    private final AccessRules rules;
    private final SessionPool sessions = new SessionPool();

    /** @param rules its own, if any */
    ConnectorToken(String value, ProviderGroup group, AccessRules rules) {
        this.rules = rules;
        this.value = value;
        this.group = group;
    }

    @Override
    public String value() {
        return value;
    }

    @Override
    public String type() {
        return "connector";
    }

    ProviderGroup group() {
        return group;
    }

    /** Its own, or else those of the reverse token that it belongs to. */
    AccessRules rules() {
        return rules.isEmpty() ? group.owner().rules() : rules;
    }

    /** Returns false when the token was removed meanwhile. */
    boolean join(Session session) {
        return group.connectorJoins(sessions, session);
    }

    void leave(Session session) {
        group.connectorLeaves(sessions, session);
    }

    void post(Message message) {
        sessions.post(message);
    }

    @Override
    public int clients() {
        return sessions.size();
    }

    @Override
    public int channels() {
        return sessions.channelCount();
    }

    @Override
    public void close(int code, String reason) {
        sessions.closeAll(code, reason);
    }
}
