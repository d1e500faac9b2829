package io.linksocks.relay;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.seal.SealException;
import io.linksocks.seal.SealedAddress;
import io.linksocks.seal.SealedRequest;
import io.linksocks.seal.SecretRing;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import java.io.IOException;

/**
 * What the opener of a channel asks for, in the open or sealed, and the answer to it.
 *
 * @param target null for UDP
 * @param sealed null when it is in the open
 */
record DialRequest(Channel channel, Transport transport, Endpoint target, SealedRequest sealed) {
    /**
     * Reads the request. Where there is a secret, only sealed ones are taken.
     *
     * @throws SealException why it is refused; a relay may know
     */
    static DialRequest of(Channel channel, SecretRing secrets) throws SealException {
        Endpoint target = channel.target();
        if (target == null || !SealedAddress.is(target.host())) {
            if (secrets.isSealedOnly()) {
                throw new SealException("this provider takes sealed channels only: give its connector the same #SECRET");
            }
            return new DialRequest(channel, channel.transport(), target, null);
        }
        if (!secrets.isSealedOnly()) {
            throw new SealException("this end has no secret: give the provider the #SECRET of its connector");
        }
        SealedRequest request = secrets.read(target.host());
        return new DialRequest(channel, request.transport(), request.target(), request);
    }

    /** Tells the opener that its target is connected. */
    void confirm() throws IOException {
        channel.confirm();
        if (sealed != null) {
            answer("");
            channel.seal(sealed.records(), null);
        }
    }

    /** Tells the opener that its target can't be reached; no relay learns it when the request was sealed. */
    void refuse(String error) {
        if (sealed == null) {
            channel.refuse(error);
            return;
        }
        try {
            channel.confirm();
            answer(error);
            channel.close("");
        } catch (IOException e) {
            channel.close(Reason.of(e));
        }
    }

    private void answer(String error) throws IOException {
        byte[] answer = sealed.answer(error);
        byte[] array = new byte[MessageWriter.DATA_ROOM + answer.length];
        System.arraycopy(answer, 0, array, MessageWriter.DATA_ROOM, answer.length);
        channel.send(Compression.NONE, new Slice(array, MessageWriter.DATA_ROOM, answer.length));
    }
}
