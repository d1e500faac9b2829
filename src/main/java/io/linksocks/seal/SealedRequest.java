package io.linksocks.seal;

import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;

/** The provider's side of opening a sealed channel: a request that was read, and the answer to it. */
public final class SealedRequest {
    private final Target target;
    /** Null once the records were made: what serves the channel may hold on to the request. */
    private Handshake handshake;

    SealedRequest(Target target, Handshake handshake) {
        this.target = target;
        this.handshake = handshake;
    }

    public Transport transport() {
        return target.transport();
    }

    /** Null for UDP. */
    public Endpoint target() {
        return target.endpoint();
    }

    /**
     * The first bytes to the connector; to be called once.
     *
     * @param error why the target can't be reached; empty when it is connected
     * @throws SealException when the connector's key is none
     */
    public byte[] answer(String error) throws SealException {
        return answer(error, EphemeralKey.next());
    }

    byte[] answer(String error, EphemeralKey key) throws SealException {
        return handshake.write(key, Verdict.encode(error));
    }

    /** The records that follow the answer, once it was made; to be called once. */
    public Records records() {
        CipherState[] ciphers = handshake.split();
        handshake = null;
        return new Records(new RecordWriter(ciphers[1]), new RecordReader(ciphers[0], transport() == Transport.UDP));
    }
}
