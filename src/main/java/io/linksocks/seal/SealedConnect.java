package io.linksocks.seal;

import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The connector's side of opening a sealed channel: an address for the Connect, then the provider's answer. */
public final class SealedConnect {
    /** Bytes of the answer. */
    public static final int ANSWER = Handshake.OVERHEAD + Verdict.SIZE;

    private static final byte[] VERSION = "e2e1".getBytes(StandardCharsets.US_ASCII);

    private final Transport transport;
    private final Handshake handshake;
    private final Endpoint address;

    private SealedConnect(Transport transport, Handshake handshake, Endpoint address) {
        this.transport = transport;
        this.handshake = handshake;
        this.address = address;
    }

    /**
     * Seals a request.
     *
     * @param target null for UDP
     * @throws SealException when the name of the target is too long
     */
    public static SealedConnect to(Secret secret, Transport transport, Endpoint target) throws SealException {
        return to(secret, transport, target, EphemeralKey.next());
    }

    static SealedConnect to(Secret secret, Transport transport, Endpoint target, EphemeralKey key) throws SealException {
        byte[] payload = new Target(transport, target).encode();
        Handshake handshake = begin(secret);
        byte[] message = handshake.write(key, payload);
        byte[] body = Arrays.copyOf(secret.id(), Secret.ID_LENGTH + message.length);
        System.arraycopy(message, 0, body, Secret.ID_LENGTH, message.length);
        return new SealedConnect(transport, handshake, new Endpoint(SealedAddress.encode(body), SealedAddress.PORT));
    }

    /** Both sides begin so: the prologue binds the version and the id of the secret. */
    static Handshake begin(Secret secret) {
        byte[] prologue = Arrays.copyOf(VERSION, VERSION.length + Secret.ID_LENGTH);
        System.arraycopy(secret.id(), 0, prologue, VERSION.length, Secret.ID_LENGTH);
        return new Handshake(secret.psk(), prologue);
    }

    /** What the Connect asks for, a TCP channel whatever the transport is. */
    public Endpoint address() {
        return address;
    }

    /**
     * Reads the answer.
     *
     * @param answer {@link #ANSWER} bytes
     * @return why the target can't be reached; empty when it is connected
     * @throws SealException when the answer is by somebody who lacks the secret, or for another request
     */
    public String verdict(byte[] answer) throws SealException {
        try {
            return Verdict.decode(handshake.read(answer));
        } catch (SealException e) {
            throw new SealException("the answer is not by a provider with this secret");
        }
    }

    /** The records that follow the answer, once it was read. */
    public Records records() {
        CipherState[] ciphers = handshake.split();
        return new Records(new RecordWriter(ciphers[0]), new RecordReader(ciphers[1], transport == Transport.UDP));
    }
}
