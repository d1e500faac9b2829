package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.relay.SessionPool;

/** The server dials for whoever has this token. */
record ForwardToken(String value, AccessRules rules, SessionPool sessions) implements Token {
    /** @param rules its own, if any */
    ForwardToken(String value, AccessRules rules) {
        this(value, rules, new SessionPool());
    }

    @Override
    public String type() {
        return "forward";
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

    @Override
    public String toString() {
        return "forward token";
    }
}
