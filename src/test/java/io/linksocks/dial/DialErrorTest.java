package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DialErrorTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int NOBODY = 1;

    private static DialError of(Dialer dialer, String host) {
        return DialError.of(assertThrows(IOException.class, () -> dialer.connect(new Endpoint(host, NOBODY), LONG).close()));
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
        assertEquals(DialError.OTHER, of(new HttpProxyDialer(new Endpoint("127.0.0.1", NOBODY), null, null), "127.0.0.1"));
        assertEquals(DialError.OTHER, DialError.of(new BindException()));
    }

    @Test
    void rulesAndNamesAndTimeAreToldByTheirExceptions() {
        assertEquals(DialError.RULE, DialError.of(new AccessDeniedException(new Endpoint("a", 1))));
        assertEquals(DialError.NAME, DialError.of(new UnknownHostException()));
        assertEquals(DialError.TIMEOUT, DialError.of(new SocketTimeoutException()));
    }
}
