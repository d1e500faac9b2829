package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialErrorTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int NOBODY = 1;

    private static DialError of(Dialer dialer, String host) {
        return DialError.of(assertThrows(IOException.class, () -> dialer.connect(new Endpoint(host, NOBODY), LONG).close()));
    }

    /** By a direct dialer, a proxy, the resolver, a provider behind a relay, and a peer that names no target. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10.0.0.1:22: Connection refused | can't reach 10.0.0.1:22: Connection refused",
        "10.0.0.1:22 through proxy p:1: proxy answered 403 | can't reach 10.0.0.1:22 through proxy p:1: proxy answered 403",
        "unknown host 10.0.0.1 | no connection: unknown host 10.0.0.1",
        "the other side can't dial: 10.0.0.1:22 through proxy p:1: no answer | no connection: the other side can't dial:"
                + " 10.0.0.1:22 through proxy p:1: no answer",
        "Connection refused | can't reach 10.0.0.1:22: Connection refused",
        "10.0.0.1:2222: Connection refused | can't reach 10.0.0.1:22: 10.0.0.1:2222: Connection refused"})
    void aFailureNamesItsTargetOnce(String reason, String described) {
        assertEquals(described, DialError.describe(new Endpoint("10.0.0.1", 22), reason));
    }

    @Test
    void whatTheSystemAnswersHasAKind() {
        assertEquals(DialError.REFUSED, DialError.ofSystem(new ConnectException("Connection refused")));
        assertEquals(DialError.UNREACHABLE, DialError.ofSystem(new NoRouteToHostException("No route to host")));
        assertEquals(DialError.UNREACHABLE, DialError.ofSystem(new SocketException("Network is unreachable")));
        assertEquals(DialError.TIMEOUT, DialError.ofSystem(new SocketTimeoutException("Connect timed out")));
        assertEquals(DialError.OTHER, DialError.ofSystem(new DialException(DialError.OTHER, "Too many open files")));
        assertEquals(DialError.OTHER, DialError.ofSystem(new IOException()));
    }

    @Test
    void aDirectDialerTellsTheKind() {
        DirectDialer dialer = new DirectDialer();
        assertEquals(DialError.REFUSED, of(dialer, "127.0.0.1"));
        assertEquals(DialError.REFUSED, of(dialer, "localhost"));
        assertEquals(DialError.NAME, of(dialer, "nowhere.invalid"));
    }

    @Test
    void whatAProxyFailsAtIsNotTheTargetsFault() {
        assertEquals(DialError.LOCAL, of(new HttpProxyDialer(new Endpoint("127.0.0.1", NOBODY), null), "127.0.0.1"));
        assertEquals(DialError.LOCAL, of(new SocksProxyDialer(new Endpoint("nowhere.invalid", NOBODY), null), "127.0.0.1"));
        assertEquals(DialError.OTHER, DialError.of(new BindException()));
    }

    @Test
    void rulesAndNamesAndTimeAreToldByTheirExceptions() {
        assertEquals(DialError.RULE, DialError.of(new DialException(DialError.RULE, "not allowed")));
        assertEquals(DialError.NAME, DialError.of(new UnknownHostException()));
        assertEquals(DialError.TIMEOUT, DialError.of(new SocketTimeoutException()));
    }

    private static DialError ofProxy(boolean http, FakeProxy.Script script) throws IOException {
        try (FakeProxy proxy = new FakeProxy(script)) {
            return of(http ? new HttpProxyDialer(proxy.address(), "Basic dXNlcjpwYXNzd29yZA==")
                    : new SocksProxyDialer(proxy.address(), new SocksCredentials("user", "password")), "192.0.2.1");
        }
    }

    @Test
    void aProxyThatRefusesTheLoginCantBeUsed() throws IOException {
        assertEquals(DialError.LOCAL, ofProxy(true, connection -> {
            connection.head();
            connection.text("HTTP/1.1 407 No\r\n\r\n");
        }));
        assertEquals(DialError.LOCAL, ofProxy(false, connection -> {
            connection.expect("05 02 00 02");
            connection.send("05 ff");
            connection.awaitEnd();
        }));
        assertEquals(DialError.LOCAL, ofProxy(false, connection -> connection.expect("05 02 00 02")));
    }

    /** Else a client that asks for what a proxy forbids would have the provider behind it avoided. */
    @Test
    void aProxyThatRefusesTheTargetCanBeUsed() throws IOException {
        assertEquals(DialError.OTHER, ofProxy(true, connection -> {
            connection.head();
            connection.text("HTTP/1.1 503 No\r\n\r\n");
        }));
        assertEquals(DialError.OTHER, ofProxy(false, connection -> {
            connection.expect("05 02 00 02");
            connection.send("05 00");
            connection.expect("05 01 00 01 c0 00 02 01 00 01");
            connection.send("05 01 00 01 00 00 00 00 00 00");
            connection.awaitEnd();
        }));
    }

    private static DialError ofSilentProxy(Duration timeout) {
        Dialer silent = new Dialer() {
            @Override
            public Socket connect(Endpoint target, Duration limit) throws IOException {
                throw new SocketTimeoutException("no answer");
            }

            @Override
            public DatagramPath openDatagramPath(Duration limit) throws IOException {
                throw new SocketTimeoutException("no answer");
            }
        };
        UpstreamProxy proxy = new SocksProxyDialer(new Endpoint("192.0.2.1", 1), null, silent);
        return DialError.of(assertThrows(IOException.class, () -> proxy.connect("test", timeout, (socket, in) -> socket)));
    }

    /** Else a client whose target's name takes long to look up would have the provider avoided. */
    @Test
    void aProxyThatHadNoTimeToAnswerIsNotToBlame() {
        assertEquals(DialError.LOCAL, ofSilentProxy(Dialer.CONNECT_TIMEOUT));
        assertEquals(DialError.TIMEOUT, ofSilentProxy(Duration.ofMillis(1)));
    }

    @Test
    void aPeerIsToldWhetherAnythingCanBeDialled() {
        String local = DialError.toPeer(new DialException(DialError.LOCAL, "Too many open files"));
        assertEquals("can't dial: Too many open files", local);
        assertTrue(DialError.isLocal(local));
        assertEquals("192.0.2.1:1: Connection refused",
                DialError.toPeer(new DialException(DialError.REFUSED, "192.0.2.1:1: Connection refused")));
    }

    @Test
    void aTargetCantBeNamedSoThatTheProviderIsAvoided() {
        String reason = DialError.toPeer(new UnknownHostException("can't dial: x"));
        assertEquals("not reached: can't dial: x", reason);
        assertFalse(DialError.isLocal(reason));
    }
}
