package io.linksocks.session;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;

/** A host of channels without a session: what they send is dropped. */
record SilentHost(SessionSettings settings) implements ChannelHost {
    @Override
    public String peer() {
        return "nobody";
    }

    @Override
    public void send(Message message) {}

    @Override
    public void sendData(Slice message) {}

    @Override
    public boolean trySendData(Slice message) {
        return true;
    }

    @Override
    public void post(Message message) {}

    @Override
    public boolean trySend(Message message) {
        return true;
    }

    @Override
    public boolean isCrowded() {
        return false;
    }

    @Override
    public boolean isFast() {
        return false;
    }

    @Override
    public long smoothedRtt() {
        return 0;
    }

    @Override
    public long rtt() {
        return 0;
    }

    @Override
    public void onAnswered() {}

    @Override
    public void onClosed(Channel channel) {}
}
