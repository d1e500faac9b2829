package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.TokenHash;
import io.linksocks.session.Channel;
import io.linksocks.session.Session;
import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A provider: it dials and may not ask for it; with autonomy it adds and removes connector tokens of its own. */
final class ProviderRole implements Role {
    private static final System.Logger LOG = System.getLogger(ProviderRole.class.getName());

    private final ReverseToken token;
    private final UUID instance;
    private final TokenRegistry tokens;
    private volatile Session session;
    private volatile ProviderGroup group;

    ProviderRole(ReverseToken token, UUID instance, TokenRegistry tokens) {
        this.token = token;
        this.instance = instance;
        this.tokens = tokens;
    }

    @Override
    public boolean join(Session provider) {
        session = provider;
        group = token.join(instance, provider);
        return group != null;
    }

    @Override
    public void leave(Session provider) {
        token.leave(instance, provider);
    }

    @Override
    public void accept(Channel channel) {
        LOG.log(DEBUG, () -> "provider " + channel.peer() + " asked for a channel");
        channel.refuse("a provider may not open channels");
    }

    @Override
    public void onResumed() {
        group.wake();
    }

    @Override
    public boolean take(Message message) {
        if (message instanceof Message.Connector request) {
            answer(request);
            return true;
        }
        return false;
    }

    private void answer(Message.Connector request) {
        try {
            if (!token.isAutonomous()) {
                throw new IllegalArgumentException("the server does not let providers manage connector tokens");
            }
            String result = switch (request.operation()) {
                case ADD -> tokens.addConnectorOfProvider(request.token(), group).value();
                case REMOVE -> remove(request.token());
            };
            LOG.log(INFO, () -> "provider " + session.peer() + ": connector token " + request.operation());
            session.post(new Message.ConnectorResponse(request.channel(), true, "", result));
        } catch (IllegalArgumentException e) {
            refuse(request, e.getMessage());
        }
    }

    private void refuse(Message.Connector request, String why) {
        LOG.log(WARNING, () -> "provider " + session.peer() + " may not manage a connector token: " + why);
        Message refusal = new Message.ConnectorResponse(request.channel(), false, why, "");
        token.refusals().next().ifPresent(
                delay -> Threads.later(Duration.ofNanos(delay), () -> session.post(refusal)));
    }

    /** Somebody else's token looks like one that does not exist. Cutting off its users takes longer than an answer may. */
    private String remove(String value) {
        if (!(tokens.find(TokenHash.of(value)) instanceof ConnectorToken connector) || connector.group() != group) {
            throw new IllegalArgumentException("token does not exist");
        }
        List<Token> removed = tokens.unregister(value);
        Threads.start("remove connector token", () -> TokenRegistry.cutOff(removed));
        return "";
    }

    @Override
    public String toString() {
        return "provider";
    }
}
