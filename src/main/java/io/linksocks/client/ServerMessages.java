package io.linksocks.client;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Message;

/** What the server tells the client as a whole. */
final class ServerMessages {
    private static final System.Logger LOG = System.getLogger(ServerMessages.class.getName());

    private final ConnectorTokens connectorTokens;
    private final ClientListener listener;
    private volatile long partners;

    ServerMessages(ConnectorTokens connectorTokens, ClientListener listener) {
        this.connectorTokens = connectorTokens;
        this.listener = listener;
    }

    /** As the server last told; 0 before. */
    long partners() {
        return partners;
    }

    /** Called on the readers of sessions, so it does not block. */
    void take(Message message) {
        switch (message) {
            case Message.Partners told -> {
                LOG.log(DEBUG, () -> "partners: " + told.count());
                partners = told.count();
                listener.partnersChanged(told.count());
            }
            case Message.ConnectorResponse answer -> connectorTokens.onAnswer(answer);
            case Message.Log line -> LOG.log(DEBUG, () -> "the server says: " + line.text());
            default -> LOG.log(DEBUG, () -> "ignored from the server: " + message);
        }
    }
}
