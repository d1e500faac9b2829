package io.linksocks.client;

import io.linksocks.client.ConnectionCheck.Found;
import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Authenticates as a client does, and goes no further: as a provider, it serves no requests. */
final class LoginCheck {
    private static final int PINGS = 5;
    private static final Duration PONG_LIMIT = Duration.ofSeconds(5);
    /** How often to look for the pong; the time of its arrival is exact. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ClientOptions options;
    private final URI url;
    private Login.Admission admission;

    LoginCheck(ClientOptions options, URI url) {
        this.options = options;
        this.url = url;
    }

    Found authenticate() throws IOException {
        Login login = new Login(options, UUID.randomUUID(), options.reach().tls().context());
        try {
            admission = login.connect(url);
            return Found.of("the token is accepted" + (options.provider() ? ", as a provider's" : ""));
        } catch (Login.InvalidTokenException e) {
            throw login.explain("the server", url, e);
        }
    }

    Found listExtensions() {
        if (admission.offer() == null) {
            return Found.of("none: connections end with their WebSocket");
        }
        return Found.of(admission.offer().features().names().stream()
                .map(name -> name.equals("resume") ? "resume for " + TimeText.ofSeconds(admission.offer().graceSeconds()) : name)
                .collect(Collectors.joining(", ")));
    }

    Found ping() throws HintedException {
        long[] nanos = new long[PINGS];
        for (int i = 0; i < PINGS; i++) {
            nanos[i] = ping(admission.link());
        }
        Arrays.sort(nanos);
        return Found.of(String.format(java.util.Locale.ROOT, "%.1f ms, the median of %d (%.1f to %.1f)",
                nanos[PINGS / 2] / 1e6, PINGS, nanos[0] / 1e6, nanos[PINGS - 1] / 1e6));
    }

    private static long ping(Link link) throws HintedException {
        long began = System.nanoTime();
        link.ping();
        while (link.lastHeard() - began < 0) {
            if (System.nanoTime() - began > PONG_LIMIT.toNanos()) {
                throw new HintedException("no answer to a ping within " + TimeText.of(PONG_LIMIT),
                        "the network loses too many packets, or drops pings: a client would give up such a connection");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return link.lastHeard() - began;
    }

    void close() {
        if (admission != null) {
            admission.link().close(CloseCode.NORMAL, "check is over");
        }
    }
}
