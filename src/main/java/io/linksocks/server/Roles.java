package io.linksocks.server;

import io.linksocks.relay.TargetEgress;
import java.time.Duration;

/** Gives every peer the role that its token allows. */
final class Roles {
    private final TokenRegistry tokens;
    private final TargetEgress egress;
    private final Duration connectorWaitProvider;

    Roles(TokenRegistry tokens, TargetEgress egress, Duration connectorWaitProvider) {
        this.tokens = tokens;
        this.egress = egress;
        this.connectorWaitProvider = connectorWaitProvider;
    }

    Role of(Authenticator.Admission admission) {
        return switch (admission.token()) {
            case ForwardToken token -> new ForwardRole(token, egress);
            case ReverseToken token -> new ProviderRole(token, admission.instance(), tokens);
            case ConnectorToken token -> new ConnectorRole(token, connectorWaitProvider);
        };
    }
}
