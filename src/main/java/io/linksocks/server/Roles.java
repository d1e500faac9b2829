package io.linksocks.server;

import io.linksocks.relay.TargetEgress;
import java.time.Duration;
import java.util.List;

/** Gives every peer the role that its token allows. */
final class Roles {
    /** What they are called in answers and logs. */
    static final List<String> NAMES = List.of("client", "provider", "connector");

    private final TokenRegistry tokens;
    private final TargetEgress egress;
    private final AccessConfig access;
    private final Duration connectorWaitProvider;

    Roles(TokenRegistry tokens, TargetEgress egress, AccessConfig access, Duration connectorWaitProvider) {
        this.access = access;
        this.tokens = tokens;
        this.egress = egress;
        this.connectorWaitProvider = connectorWaitProvider;
    }

    Role of(Authenticator.Admission admission) {
        return switch (admission.token()) {
            case ForwardToken token -> new ForwardRole(token, egress.guardedBy(access.dialGuard(token.rules())));
            case ReverseToken token -> new ProviderRole(token, admission.instance(), tokens);
            case ConnectorToken token -> new ConnectorRole(token, access.entryGuard(token.rules()), connectorWaitProvider);
        };
    }
}
