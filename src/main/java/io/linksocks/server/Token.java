package io.linksocks.server;

import io.linksocks.util.TokenText;

/** What a peer that knows a token's value may do. */
sealed interface Token permits ForwardToken, ReverseToken, ConnectorToken {
    String value();

    /** As the HTTP API calls it. */
    String type();

    /** What tells people which one it is, and gives nothing away. */
    default String name() {
        return type() + " token " + TokenText.label(value());
    }

    /** Sessions of peers that showed it. */
    int clients();

    /** Channels in these sessions. */
    int channels();

    /** Cuts off all who used it, with an RFC 6455 close code, and lets nobody in any more. */
    void close(int code, String reason);
}
