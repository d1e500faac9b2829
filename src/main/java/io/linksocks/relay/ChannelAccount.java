package io.linksocks.relay;

import io.linksocks.dial.DatagramGuard;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.session.Channel;

/** Counts the datagrams of a UDP channel that wait for look-ups with what the channel holds. */
public record ChannelAccount(Channel channel) implements DatagramGuard.Account {
    /** The guard of datagrams that go through a channel towards their targets. */
    public static DatagramGuard guard(Channel channel, DestinationGuard rules) {
        return rules.forDatagrams(new ChannelAccount(channel),
                (payload, choices) -> channel.sendDatagram(payload, null, choices.getFirst()));
    }

    @Override
    public boolean take(int bytes) {
        return channel.memory().take(bytes);
    }

    @Override
    public void give(int bytes) {
        channel.memory().give(bytes);
    }
}
