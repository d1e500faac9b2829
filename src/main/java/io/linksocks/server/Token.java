package io.linksocks.server;

/** What a peer that knows a token's value may do. */
sealed interface Token permits ForwardToken, ReverseToken, ConnectorToken {
    String value();

    /** Sessions of peers that showed it. */
    int clients();

    /** Channels in these sessions. */
    int channels();

    /** Cuts off all who used it, with an RFC 6455 close code, and lets nobody in any more. */
    void close(int code, String reason);
}
