package io.linksocks.e2e;

import static io.linksocks.e2e.HttpProxyClient.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.session.Waiting;
import io.linksocks.util.Sockets;
import java.net.SocketException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets for ws:// through the HTTP proxy without CONNECT: the one upgrade that is passed on (RFC 6455, section 4). */
@Timeout(240)
class HttpProxyWebSocketIT {
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    private static final String SWITCH = "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";

    private Tunnels tunnels;

    @BeforeEach
    void open() throws Exception {
        tunnels = Tunnels.forward();
    }

    @AfterEach
    void close() {
        tunnels.close();
    }

    private HttpProxyClient client() throws Exception {
        return new HttpProxyClient(tunnels.client.socksAddress());
    }

    @Test
    void passesThrough() throws Exception {
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send("HTTP/1.1 101 Switching\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
                    + "Sec-WebSocket-Accept: x\r\n\r\nhello");
            connection.socket().getInputStream().transferTo(connection.socket().getOutputStream());
        }); HttpProxyClient client = client()) {
            client.send(get(target, UPGRADE + "Sec-WebSocket-Key: k\r\n"));
            assertEquals("HTTP/1.1 101 Switching\r\nSec-WebSocket-Accept: x\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n",
                    client.head());
            assertEquals("hello", client.read(5));
            assertEquals("GET /x?y HTTP/1.1\r\nHost: " + target.authority()
                    + "\r\nSec-WebSocket-Key: k\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n\r\n", target.next());
            client.send("frames");
            client.socket().shutdownOutput();
            assertEquals("frames", client.rest());
        }
    }

    /** Pushes of a server need no word of the client. */
    @Test
    void beginsWithTheServer() throws Exception {
        Semaphore taken = new Semaphore(0);
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send(SWITCH);
            for (int i = 0; i < 3; i++) {
                taken.acquireUninterruptibly();
                connection.send("push" + i);
            }
            connection.bodyToItsEnd();
        }); HttpProxyClient client = client()) {
            client.send(get(target, UPGRADE)).head();
            for (int i = 0; i < 3; i++) {
                taken.release();
                assertEquals("push" + i, client.read(5));
            }
            target.next();
            client.send("frames").socket().shutdownOutput();
            assertEquals("frames", target.next());
            assertEquals("", client.rest());
        }
    }

    /** Also before the client has said anything in it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eitherEndLearnsThatTheOtherIsGone(boolean byServer) throws Exception {
        Semaphore switched = new Semaphore(0);
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send(SWITCH);
            switched.acquireUninterruptibly();
            if (byServer) {
                Sockets.reset(connection.socket());
            } else {
                connection.bodyToItsEnd();
            }
        }); HttpProxyClient client = client()) {
            client.send(get(target, UPGRADE)).head();
            target.next();
            switched.release();
            if (byServer) {
                assertThrows(SocketException.class, client::rest);
            } else {
                Sockets.reset(client.socket());
                assertNotNull(target.next());
            }
            Waiting.until("no channel", () -> tunnels.client.status().channels() == 0);
        }
    }

    /** The protocol changed before the request had ended, which it never does. */
    @Test
    void isResetWithHalfARequest() throws Exception {
        try (HttpTarget target = new HttpTarget(connection -> {
            connection.head();
            connection.send(SWITCH);
            connection.bodyToItsEnd();
        }); HttpProxyClient client = client()) {
            client.send(get(target, UPGRADE + "Transfer-Encoding: chunked\r\n")).head();
            client.send("no chunk\r\n");
            assertThrows(SocketException.class, client::rest);
        }
    }
}
