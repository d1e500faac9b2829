package io.linksocks.server;

/** What a peer of a server is, according to its token. */
public enum ClientRole {
    /** Has a forward token: the server dials its targets. */
    CLIENT,
    /** Has a reverse token: dials targets for the server. */
    PROVIDER,
    /** Has a connector token, or is another server of the cluster: providers dial its targets. */
    CONNECTOR;

    static ClientRole of(Token token) {
        return switch (token) {
            case Token.Forward forward -> CLIENT;
            case ReverseToken reverse -> PROVIDER;
            case Token.Connector connector -> CONNECTOR;
        };
    }
}
