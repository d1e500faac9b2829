package io.linksocks.relay;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramPath;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relay whose socket throws what nobody expects must not leave its channel open for hours. */
@Timeout(240)
class RelayFailureTest {
    private final BlockingQueue<Channel> dialled = new ArrayBlockingQueue<>(1);
    private final SessionPair sessions = new SessionPair(dialled::add);
    /** The end of the channel that the relay is at. */
    private Channel own;

    @AfterEach
    void close() {
        sessions.close();
    }

    private static RuntimeException unexpected() {
        return new IllegalStateException("test");
    }

    private static final class BrokenInput extends InputStream {
        @Override
        public int read() {
            throw unexpected();
        }
    }

    private static final class BrokenSocket extends Socket {
        @Override
        public OutputStream getOutputStream() {
            throw unexpected();
        }
    }

    /** Receives nothing, and takes nothing. */
    private static final class BrokenPath implements DatagramPath {
        @Override
        public DatagramChannel socket() {
            return null;
        }

        @Override
        public boolean send(Datagram datagram) {
            throw unexpected();
        }

        @Override
        public Datagram receive(ByteBuffer buffer) {
            throw unexpected();
        }

        @Override
        public void close() {}
    }

    private Channel open(Transport transport) throws Exception {
        Channel opened = sessions.opener.open(transport, transport == Transport.UDP ? null : new Endpoint("a.invalid", 1));
        own = dialled.take();
        own.confirm();
        opened.awaitConfirmation();
        return opened;
    }

    @Test
    void whenReadingASocketFails() throws Exception {
        Channel channel = open(Transport.TCP);
        TcpRelay relay = new TcpRelay(new Socket(), new BrokenInput(), own, BatchOptions.DEFAULT);
        relay.begin();
        Threads.start("relay", relay::run);
        Waiting.until("broken off", channel::isClosed);
    }

    @Test
    void whenWritingToASocketFails() throws Exception {
        Channel channel = open(Transport.TCP);
        new TcpRelay(new BrokenSocket(), new BrokenInput(), own, BatchOptions.DEFAULT).begin();
        channel.send(Compression.NONE, new Slice(new byte[MessageWriter.DATA_ROOM + 1], MessageWriter.DATA_ROOM, 1));
        Waiting.until("broken off", channel::isClosed);
    }

    @Test
    void whenReceivingDatagramsFails() throws Exception {
        Channel channel = open(Transport.UDP);
        UdpRelay relay = new UdpRelay(own, new BrokenPath(), (datagram, mayWait) -> true, (data, mayWait) -> true);
        Threads.start("relay", relay::run);
        Waiting.until("broken off", channel::isClosed);
    }

    @Test
    void whenSendingDatagramsFails() throws Exception {
        Channel channel = open(Transport.UDP);
        new UdpRelay(own, new BrokenPath(), (datagram, mayWait) -> true, (data, mayWait) -> {
            throw unexpected();
        }).begin();
        channel.sendDatagram(Slice.of(new byte[1]), null, new Endpoint("a.invalid", 1));
        Waiting.until("broken off", channel::isClosed);
    }
}
