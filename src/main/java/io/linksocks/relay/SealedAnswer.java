package io.linksocks.relay;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.seal.Records;
import io.linksocks.seal.SealException;
import io.linksocks.seal.SealedConnect;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** The opener's part of sealing a channel that the other side has confirmed. */
final class SealedAnswer {
    private SealedAnswer() {}

    /**
     * Waits for the sealed answer, and seals the channel.
     *
     * @param deadline on the nanoTime scale
     * @throws SocketTimeoutException when it is over
     * @throws ChannelException when the target can't be reached
     * @throws SealException when the answer is by somebody who lacks the secret
     */
    static void await(Channel channel, SealedConnect connect, long deadline) throws IOException {
        byte[] answer = new byte[SealedConnect.ANSWER];
        Message.Data last = null;
        Slice rest = null;
        for (int filled = 0; filled < answer.length;) {
            if (!channel.awaitData(Duration.ofNanos(deadline - System.nanoTime()))) {
                throw new SocketTimeoutException("connect timed out");
            }
            last = channel.receive();
            if (last == null) {
                throw new SealException("the channel ended before its sealed answer");
            }
            Slice payload = last.payload();
            int count = Math.min(answer.length - filled, payload.length());
            payload.part(0, count).copyTo(answer, filled);
            filled += count;
            rest = payload.part(count, payload.length() - count);
            if (rest.length() == 0) {
                channel.consumed(last);
            }
        }
        String error = connect.verdict(answer);
        if (!error.isEmpty()) {
            throw new ChannelException(error);
        }
        Records records = connect.records();
        // A relay may have joined the first records to the answer.
        records.reader().offer(rest);
        channel.seal(records, rest.length() == 0 ? null : last);
    }
}
