package io.linksocks.server;

import io.linksocks.relay.SessionPool;

/** What a peer that knows a token's value may do; {@code sessions} are those of the peers that showed it. */
sealed interface Token {
    String value();

    SessionPool sessions();

    /** The server dials for whoever has this token. */
    record Forward(String value, SessionPool sessions) implements Token {
        Forward(String value) {
            this(value, new SessionPool());
        }

        @Override
        public String toString() {
            return "forward token";
        }
    }
}
