package io.linksocks.dial;

import io.linksocks.socks.SocksClient;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.socks.SocksRequest;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Resolver;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Reaches targets through a SOCKS5 proxy, which resolves their names. */
final class SocksProxyDialer implements Dialer {
    /** Where datagrams will come from: unknown, for a translator of addresses may stand in between (RFC 1928, section 4). */
    private static final Endpoint UNKNOWN = new Endpoint("0.0.0.0", 0);

    private final ProxyServer proxy;
    private final SocksCredentials credentials;

    /** @param credentials null for none */
    SocksProxyDialer(Endpoint address, SocksCredentials credentials) {
        this.proxy = new ProxyServer(address);
        this.credentials = credentials;
    }

    @Override
    public Socket connect(Endpoint target, Duration timeout) throws IOException {
        return proxy.connect(target.toString(), timeout, (socket, in) -> {
            request(socket, in, SocksRequest.Command.CONNECT, target);
            return socket;
        });
    }

    @Override
    public DatagramPath openDatagramPath(Duration timeout) throws IOException {
        SocksDatagramPath path = proxy.connect("UDP", timeout, (socket, in) -> {
            Endpoint relay = request(socket, in, SocksRequest.Command.UDP_ASSOCIATE, UNKNOWN);
            return new SocksDatagramPath(socket, relayAddresses(relay, socket, timeout));
        });
        path.watchControl();
        return path;
    }

    private Endpoint request(Socket socket, InputStream in, SocksRequest.Command command, Endpoint target)
            throws IOException {
        try {
            SocksClient.logIn(in, socket.getOutputStream(), credentials);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // The proxy does not know yet what it will be asked for.
            throw new DialException(DialError.LOCAL, Reason.of(e));
        }
        return SocksClient.request(in, socket.getOutputStream(), command, target);
    }

    /** A proxy that does not know its own address says 0.0.0.0, and means the one on which it is being talked to. */
    private static List<InetSocketAddress> relayAddresses(Endpoint relay, Socket control, Duration timeout)
            throws IOException {
        if (relay.port() == 0) {
            throw new ConnectException("proxy named no port for datagrams");
        }
        return Arrays.stream(Resolver.SYSTEM.client().resolve(relay, timeout))
                .map(address -> address.isAnyLocalAddress() ? control.getInetAddress() : address)
                .map(address -> new InetSocketAddress(address, relay.port())).toList();
    }

    @Override
    public String toString() {
        return "socks5://" + proxy;
    }
}
