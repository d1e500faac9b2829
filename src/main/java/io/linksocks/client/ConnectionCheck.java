package io.linksocks.client;

import java.net.URI;
import java.util.function.Consumer;

/**
 * Finds out whether a client would work, and if not, why: goes the way to the server step by step, from its name to a request
 * through the tunnel. Harmless: it takes no SOCKS port, and as a provider it is asked for nothing.
 */
public final class ConnectionCheck {
    private final ClientOptions options;

    ConnectionCheck(ClientOptions options) {
        this.options = options;
    }

    /**
     * Checks the servers one after the other; each takes seconds, and not more than two minutes.
     *
     * @param report gets each step, on the calling thread
     * @return whether no step of any server failed
     */
    public boolean run(Consumer<CheckStep> report) {
        boolean good = true;
        for (URI url : options.urls()) {
            good &= new ServerCheck(options, url, report).run();
        }
        return good;
    }
}
