package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.relay.SessionPool;
import io.linksocks.util.TokenText;

/** A token and the sessions of the clients that authenticated with it. */
sealed interface Token permits Token.Pooled, ReverseToken {
    TokenAccount account();

    default String value() {
        return account().value();
    }

    /** As in the HTTP API. */
    String type();

    /** Names the token for display without revealing it. */
    default String name() {
        return nameOf(account().record());
    }

    /** Names a token for display without revealing it. */
    static String nameOf(TokenRecord record) {
        String name = record.settings().name();
        return record + " " + (name.isEmpty() ? TokenText.label(record.token()) : '"' + name + '"');
    }

    /** Number of sessions. */
    int clients();

    /** Number of open channels in these sessions. */
    int channels();

    /** Closes all sessions, with an RFC 6455 close code, and admits no more. */
    void close(int code, String reason);

    /** A token whose sessions are in one pool. */
    sealed interface Pooled extends Token permits Forward, Connector {
        SessionPool sessions();

        @Override
        default int clients() {
            return sessions().size();
        }

        @Override
        default int channels() {
            return sessions().channelCount();
        }

        @Override
        default void close(int code, String reason) {
            sessions().closeAll(code, reason);
        }
    }

    /**
     * The token of clients for which the server dials.
     *
     * @param rules its own, if any
     */
    record Forward(TokenAccount account, AccessRules rules, SessionPool sessions) implements Pooled {
        @Override
        public String type() {
            return "forward";
        }

        /** Without the token, which must not reach a log. */
        @Override
        public String toString() {
            return "forward token";
        }
    }

    /**
     * The token of connectors that reach the providers of one group.
     *
     * @param ownRules its own, if any
     */
    record Connector(TokenAccount account, ProviderGroup group, AccessRules ownRules, SessionPool sessions)
            implements Pooled {
        @Override
        public String type() {
            return "connector";
        }

        /** Returns its own rules or, if it has none, those of its reverse token. */
        AccessRules rules() {
            return ownRules.isEmpty() ? group.owner().rules() : ownRules;
        }

        /** Without the token, which must not reach a log. */
        @Override
        public String toString() {
            return "connector token";
        }
    }
}
