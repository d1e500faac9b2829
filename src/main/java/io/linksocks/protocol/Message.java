package io.linksocks.protocol;

import io.linksocks.util.Endpoint;
import java.util.Objects;
import java.util.UUID;

/** One message of the wire protocol; {@code WireFormat} shows the bytes. An error is "" when there is none. */
public sealed interface Message {
    /**
     * The first message of a client that did not authenticate in its URL.
     *
     * @param token in the clear, at most 255 bytes of UTF-8
     * @param reverse whether the client is a provider, which dials
     * @param instance distinguishes clients with the same token
     */
    record Auth(String token, boolean reverse, UUID instance) implements Message {
        public Auth {
            Objects.requireNonNull(token);
            Objects.requireNonNull(instance);
        }

        /** Without the token, which must not reach a log. */
        @Override
        public String toString() {
            return "Auth[reverse=" + reverse + ", instance=" + instance + "]";
        }
    }

    /**
     * The response to {@link Auth}.
     *
     * @param offer of protocol extensions; null unless both peers support them
     */
    record AuthResponse(boolean success, String error, Offer offer) implements Message {
        public AuthResponse {
            Objects.requireNonNull(error);
        }

        public AuthResponse(boolean success, String error) {
            this(success, error, null);
        }
    }

    /**
     * What a server with extensions appends to AuthResponse (docs/protocol-extensions.md, section 1).
     *
     * @param features that both peers support
     * @param session id of a new session, a secret
     * @param window initial credit of each channel towards the server, in bytes
     * @param graceSeconds how long the server keeps a session that has no link
     */
    record Offer(Features features, UUID session, int window, int graceSeconds) {
        /** Without the session id, which must not reach a log. */
        @Override
        public String toString() {
            return "Offer[features=" + features + ", window=" + window + ", grace=" + graceSeconds + "]";
        }
    }

    /**
     * Requests a new channel.
     *
     * @param target to dial for TCP; null for UDP, whose datagrams have their own
     */
    record Connect(Transport transport, UUID channel, Endpoint target) implements Message {
        public Connect {
            Objects.requireNonNull(channel);
            if ((transport == Transport.TCP) != (target != null)) {
                throw new IllegalArgumentException("a TCP channel has a target, a UDP channel has none");
            }
        }
    }

    /**
     * Bytes of a TCP stream, or a UDP datagram.
     *
     * @param payload a view, compressed if so declared
     * @param source first address of the UDP trailer; null if empty, and for TCP
     * @param target second address of the UDP trailer; null if empty or absent, and for TCP
     */
    record Data(
            Transport transport, UUID channel, Compression compression, Slice payload, Endpoint source, Endpoint target)
            implements Message {}

    /** The response to {@link Connect}. */
    record ConnectResponse(boolean success, UUID channel, String error) implements Message {
        public ConnectResponse {
            Objects.requireNonNull(error);
        }
    }

    /** Closes a channel in both directions. */
    record Disconnect(UUID channel, String error) implements Message {
        public Disconnect {
            Objects.requireNonNull(error);
        }
    }

    /** What a provider requests for a connector token. */
    enum Operation {
        ADD,
        REMOVE
    }

    /**
     * An autonomy provider adds or removes a connector token.
     *
     * @param channel pairs the response with the request
     */
    record Connector(UUID channel, String token, Operation operation) implements Message {
        /** Without the token, which must not reach a log. */
        @Override
        public String toString() {
            return "Connector[channel=" + channel + ", operation=" + operation + "]";
        }
    }

    /**
     * The response to {@link Connector}.
     *
     * @param token the token that was added; may be empty
     */
    record ConnectorResponse(UUID channel, boolean success, String error, String token) implements Message {
        public ConnectorResponse {
            Objects.requireNonNull(error);
            Objects.requireNonNull(token);
        }

        /** Without the token, which must not reach a log. */
        @Override
        public String toString() {
            return "ConnectorResponse[channel=" + channel + ", success=" + success + ", error=" + error + "]";
        }
    }

    /** A line for the peer's log. */
    record Log(String level, String text) implements Message {}

    /** The number of partners that are connected with the receiver's token. */
    record Partners(long count) implements Message {}

    /**
     * Signalling for the reference's direct mode, passed on unread.
     *
     * @param type 0x0B to 0x0D
     * @param json a view of the JSON text
     */
    record Signal(int type, Slice json) implements Message {}

    /**
     * Extension: begins or resumes a session on this link.
     *
     * @param received the number of messages that the client has received in that session
     * @param window initial credit of each channel towards the client, in bytes
     */
    record Begin(UUID session, long received, int window) implements Message {
        /** Without the session id, which must not reach a log. */
        @Override
        public String toString() {
            return "Begin[received=" + received + ", window=" + window + "]";
        }
    }

    /** Extension: the server's response to {@link Begin}. */
    record Begun(UUID session, long received) implements Message {
        /** Without the session id, which must not reach a log. */
        @Override
        public String toString() {
            return "Begun[received=" + received + "]";
        }
    }

    /**
     * Extension: acknowledges numbered messages.
     *
     * @param received the number of messages received
     * @param delayMicros the time from receiving the newest of them to sending this
     */
    record Ack(long received, int delayMicros) implements Message {}

    /** Extension: grants credit for this many more bytes. */
    record Credit(UUID channel, int bytes) implements Message {}

    /** Extension: ends one direction of a channel. */
    record Fin(UUID channel) implements Message {}

    /** Extension: ends the session, not only its link. */
    record End(String error) implements Message {}

    /**
     * Extension: the server drains, so new channels belong into another session.
     *
     * @param seconds until the server ends this session
     */
    record Leave(int seconds) implements Message {}

    /** A type that this version does not know; ignored. */
    record Unknown(int type) implements Message {}
}
