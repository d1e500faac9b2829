package io.linksocks.session;

/** What to do when the peer opens a channel. */
@FunctionalInterface
public interface ChannelAcceptor {
    /** Called on the session's reader thread, so it must not block: it hands the channel to a thread of its own. */
    void accept(Channel channel);

    /** For a peer that may not open channels. */
    static ChannelAcceptor refuseAll(String why) {
        return channel -> channel.refuse(why);
    }
}
