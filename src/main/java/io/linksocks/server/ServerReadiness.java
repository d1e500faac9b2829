package io.linksocks.server;

import io.linksocks.session.MemoryBudget;
import java.util.Optional;
import java.util.function.Supplier;

/** Why a server can't do its work just now. */
final class ServerReadiness implements Supplier<Optional<String>> {
    private final TokenRegistry tokens;
    private final Gatekeeper gatekeeper;
    private volatile boolean stopping;

    ServerReadiness(TokenRegistry tokens, Gatekeeper gatekeeper) {
        this.tokens = tokens;
        this.gatekeeper = gatekeeper;
    }

    /** From now on nobody should be sent here any more. */
    void stop() {
        stopping = true;
    }

    @Override
    public Optional<String> get() {
        String obstacle = null;
        if (stopping) {
            obstacle = "the server stops";
        } else if (gatekeeper.isFull()) {
            obstacle = "too many clients";
        } else if (MemoryBudget.OF_PROCESS.isShort()) {
            obstacle = "short of memory: new connections are refused";
        } else if (tokens.all().stream().anyMatch(token -> token instanceof ReverseToken reverse && reverse.lacksPort())) {
            obstacle = "a SOCKS port could not be opened; the log says which and why";
        }
        return Optional.ofNullable(obstacle);
    }
}
