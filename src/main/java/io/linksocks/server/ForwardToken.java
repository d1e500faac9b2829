package io.linksocks.server;

import io.linksocks.relay.SessionPool;

/** The server dials for whoever has this token. */
record ForwardToken(String value, SessionPool sessions) implements Token {
    ForwardToken(String value) {
        this(value, new SessionPool());
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
