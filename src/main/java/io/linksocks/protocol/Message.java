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
     * @param reverse whether the client offers to dial, as a provider
     * @param instance tells this client from others with the same token
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
     * The server's verdict.
     *
     * @param offer of protocol extensions; null from a server without them or to a client without them
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
     * What a server that knows the extensions appends to AuthResponse (docs/protocol-extensions.md, section 1).
     *
     * @param features those that both sides want
     * @param session id of a new session, a secret
     * @param window initial credit of every channel towards the server, in bytes
     * @param graceSeconds how long the server keeps a session without a link
     */
    record Offer(Features features, UUID session, int window, int graceSeconds) {
        /** Without the session id, which must not reach a log. */
        @Override
        public String toString() {
            return "Offer[features=" + features + ", window=" + window + ", grace=" + graceSeconds + "]";
        }
    }

    /**
     * Asks for a new channel.
     *
     * @param target what to dial for TCP; null for UDP, where every datagram names its own
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
     * A piece of a TCP stream or one UDP datagram.
     *
     * @param payload a view, still compressed
     * @param source first address of the UDP trailer, null when empty and for TCP
     * @param target second address of the UDP trailer, null when empty or absent and for TCP
     */
    record Data(
            Transport transport, UUID channel, Compression compression, Slice payload, Endpoint source, Endpoint target)
            implements Message {}

    /** The answer to {@link Connect}. */
    record ConnectResponse(boolean success, UUID channel, String error) implements Message {
        public ConnectResponse {
            Objects.requireNonNull(error);
        }
    }

    /** The end of a channel, in both directions. */
    record Disconnect(UUID channel, String error) implements Message {
        public Disconnect {
            Objects.requireNonNull(error);
        }
    }

    /** What a provider asks to be done with a connector token. */
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
     * The answer to {@link Connector}.
     *
     * @param token the token that was added, "" when none is told
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

    /** How many partners of its token the receiver has now. */
    record Partners(long count) implements Message {}

    /**
     * Signalling of the reference's direct path, carried unread.
     *
     * @param type 0x0B to 0x0D
     * @param json a view of the JSON text
     */
    record Signal(int type, Slice json) implements Message {}

    /**
     * Extension: the client names the session that goes on with this link.
     *
     * @param received numbered messages that it took over in that session
     * @param window initial credit of every channel towards the client
     */
    record Begin(UUID session, long received, int window) implements Message {
        /** Without the session id, which must not reach a log. */
        @Override
        public String toString() {
            return "Begin[received=" + received + ", window=" + window + "]";
        }
    }

    /** Extension: the server names the session that goes on with this link. */
    record Begun(UUID session, long received) implements Message {
        /** Without the session id, which must not reach a log. */
        @Override
        public String toString() {
            return "Begun[received=" + received + "]";
        }
    }

    /**
     * Extension: how many numbered messages were received.
     *
     * @param delayMicros how long the newest of them had to wait for this
     */
    record Ack(long received, int delayMicros) implements Message {}

    /** Extension: so many more stream bytes may be sent. */
    record Credit(UUID channel, int bytes) implements Message {}

    /** Extension: the end of one direction of a channel. */
    record Fin(UUID channel) implements Message {}

    /** Extension: the session is over on purpose, not only its link. */
    record End(String error) implements Message {}

    /** A type that this version does not know: ignored, never an error. */
    record Unknown(int type) implements Message {}
}
