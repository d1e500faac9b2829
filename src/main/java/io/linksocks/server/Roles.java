package io.linksocks.server;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.TokenHash;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.ClientDials;
import io.linksocks.relay.TargetEgress;
import io.linksocks.session.Channel;
import io.linksocks.session.Session;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Threads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Creates the role that belongs to the token of a client. */
final class Roles {
    private static final String CLIENT = "client";
    private static final String PROVIDER = "provider";
    private static final String CONNECTOR = "connector";
    /** As in API responses and logs. */
    static final List<String> NAMES = List.of(CLIENT, PROVIDER, CONNECTOR);

    /** How long another server waits for a provider here before it tries one elsewhere. */
    private static final Duration SERVER_WAIT = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(Roles.class.getName());
    /** Providers ask again and again for a token that another one has. */
    private static final RateLimitedLogger REFUSALS = new RateLimitedLogger(LOG);

    private final TokenRegistry tokens;
    private final TargetEgress egress;
    private final AccessConfig access;
    private final Duration connectorWaitProvider;

    Roles(TokenRegistry tokens, AccessConfig access, ServerOptions options, RelayCounters counters) {
        this.tokens = tokens;
        this.access = access;
        this.egress = new TargetEgress(options.dialer(), options.batch(), counters);
        this.connectorWaitProvider = options.connectorWaitProvider();
    }

    Role of(Authenticator.Admission admission) {
        return switch (admission.token()) {
            case Token.Forward token -> new Client(token, admission.address());
            case ReverseToken token -> new Provider(token, admission.instance());
            case Token.Connector token -> new Connector(token, admission);
        };
    }

    /** A client for which the server dials. */
    private final class Client implements Role {
        private final Token.Forward token;
        private final String address;
        private final TargetEgress guarded;

        Client(Token.Forward token, String address) {
            this.token = token;
            this.address = address;
            this.guarded = egress.guardedBy(access.dialGuard(token.rules(), token.account().ruleLog()),
                    token.account().targetLog());
        }

        @Override
        public boolean join(Session session) {
            return token.sessions().add(session);
        }

        @Override
        public void leave(Session session) {
            token.sessions().remove(session);
        }

        @Override
        public void accept(Channel channel) {
            String refusal = token.account().refuseChannel(address, token::channels);
            if (refusal == null) {
                guarded.accept(channel);
            } else {
                channel.refuse(refusal);
            }
        }

        @Override
        public String toString() {
            return CLIENT;
        }
    }

    /** A connector, whose channels are spliced to providers of its token. */
    private final class Connector implements Role {
        private final Token.Connector token;
        private final DestinationGuard guard;
        private final ChannelOpener providers;
        private final ClientDials dials = new ClientDials();
        private final String lack;
        private final UUID instance;
        private final String address;
        private final Set<Splice> running = ConcurrentHashMap.newKeySet();

        Connector(Token.Connector token, Authenticator.Admission admission) {
            this.token = token;
            this.instance = admission.instance();
            this.address = admission.address();
            boolean isServer = token.group().servers() == token;
            this.lack = isServer ? Splice.NO_PROVIDER_HERE : Splice.NO_PROVIDER;
            // Another server has applied the rules, and must get no channel that leads on to a third one.
            this.guard = isServer ? DestinationGuard.open() : access.entryGuard(token.rules(), token.account().ruleLog());
            this.providers = isServer
                    ? new ChannelOpener(token.group().localPool(), SERVER_WAIT)
                    : new ChannelOpener(token.group().pool(), connectorWaitProvider);
        }

        @Override
        public boolean join(Session session) {
            return token.group().connectorJoins(token, session);
        }

        @Override
        public void leave(Session session) {
            token.group().connectorLeaves(token, session);
        }

        @Override
        public void accept(Channel channel) {
            String refusal = token.account().refuseChannel(address, token::channels);
            if (refusal != null) {
                channel.refuse(refusal);
                return;
            }
            Splice splice = new Splice(channel, providers, guard, dials, lack, instance);
            dials.serve("splice from " + channel.peer(), () -> run(splice));
        }

        private void run(Splice splice) {
            running.add(splice);
            try {
                splice.run();
            } finally {
                running.remove(splice);
            }
        }

        @Override
        public Map<UUID, UUID> splices() {
            Map<UUID, UUID> splices = new HashMap<>();
            running.forEach(splice -> splices.put(splice.providerChannel(), splice.onBehalfOf().id()));
            return splices;
        }

        @Override
        public String toString() {
            return CONNECTOR;
        }
    }

    /** A provider, which dials and opens no channels; with autonomy it manages its own connector tokens. */
    private final class Provider implements Role {
        private final ReverseToken token;
        private final UUID instance;
        private volatile Session session;
        private volatile ProviderGroup group;

        Provider(ReverseToken token, UUID instance) {
            this.token = token;
            this.instance = instance;
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
            LOG.log(DEBUG, () -> "provider " + channel.peer() + " tried to open a channel");
            channel.refuse("a provider may not open channels");
        }

        @Override
        public void onResumed() {
            group.pool().wake();
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
                    throw new IllegalArgumentException("the reverse token does not let providers manage connector tokens");
                }
                String result = switch (request.operation()) {
                    case ADD -> tokens.addConnectorOfProvider(request.token(), group).value();
                    case REMOVE -> remove(request.token());
                };
                token.account().clientLog().info("provider " + session.peer() + ": connector token " + request.operation());
                session.post(new Message.ConnectorResponse(request.channel(), true, "", result));
            } catch (IllegalArgumentException e) {
                refuse(request, e.getMessage());
            }
        }

        private void refuse(Message.Connector request, String why) {
            REFUSALS.warn("provider " + session.peer() + " may not manage a connector token: " + why);
            Message refusal = new Message.ConnectorResponse(request.channel(), false, why, "");
            token.refusals().next().ifPresent(
                    delay -> Threads.later(Duration.ofNanos(delay), () -> session.post(refusal)));
        }

        /**
         * Tokens of other groups are reported as not existing. Closing the sessions may block, so it happens on another
         * thread.
         */
        private String remove(String value) {
            if (!(tokens.find(TokenHash.of(value)) instanceof Token.Connector connector) || connector.group() != group) {
                throw new IllegalArgumentException("token does not exist");
            }
            List<Token> removed = tokens.unregister(value);
            Threads.start("remove connector token", () -> TokenRegistry.cutOff(removed));
            return "";
        }

        @Override
        public String toString() {
            return PROVIDER;
        }
    }
}
