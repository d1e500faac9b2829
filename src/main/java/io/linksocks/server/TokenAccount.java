package io.linksocks.server;

import io.linksocks.access.AddressRange;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.protocol.TokenHash;
import io.linksocks.relay.TargetEgress;
import io.linksocks.session.RateLimit;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.SessionRates;
import io.linksocks.util.IpLiteral;
import io.linksocks.util.RateLimitedLogger;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** What a token is, and what its clients may use; the settings may change. Thread-safe. */
final class TokenAccount {
    /** Of a rate that the first credit of a channel may be. */
    private static final int WINDOWS_PER_SECOND = 8;
    private static final int MIN_WINDOW = 16 << 10;
    /** Lines a minute about clients: one in a loop neither fills the log nor hides those of other tokens. */
    static final int LOGGED = 60;
    private static final int LOGGED_TARGETS = 10;

    private final Shared shared;
    private final String hash;
    private final SessionRates rates = new SessionRates(new RateLimit(), new RateLimit());
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    /** Why the quota allowed no more traffic when it was last looked at; null when it did. */
    private final AtomicReference<String> exhausted = new AtomicReference<>();
    private final RateLimitedLogger clientLog = new RateLimitedLogger(System.getLogger(Clients.class.getName()), LOGGED);
    private final RateLimitedLogger refusalLog = new RateLimitedLogger(System.getLogger(Gatekeeper.class.getName()), LOGGED);
    private final RateLimitedLogger ruleLog = DestinationGuard.newLog();
    private final RateLimitedLogger targetLog = TargetEgress.newLog(LOGGED_TARGETS);
    private volatile TokenRecord record;

    /**
     * What all tokens of a server share.
     *
     * @param traffic of all tokens
     */
    record Shared(ServerCounters counters, InstantSource time, TokenTraffic traffic) {}

    /** @param record with its token */
    TokenAccount(TokenRecord record, Shared shared) {
        this.record = record;
        setRates();
        this.shared = shared;
        this.hash = TokenHash.of(record.token());
    }

    /** The same token without limits, for other servers, which have limits for their own clients. */
    TokenAccount unlimited() {
        // Not the traffic of clients, which is counted already.
        TokenTraffic separate = new TokenTraffic(null, shared.time());
        return new TokenAccount(record.with(TokenSettings.DEFAULT),
                new Shared(shared.counters(), shared.time(), separate));
    }

    TokenRecord record() {
        return record;
    }

    String value() {
        return record.token();
    }

    TokenSettings settings() {
        return record.settings();
    }

    void change(TokenSettings settings) {
        record = record.with(settings);
        setRates();
    }

    private void setRates() {
        rates.sent().set(settings().downRate());
        rates.received().set(settings().upRate());
    }

    /** How the providers of this token share connections. */
    Balance balance() {
        Balance own = settings().balance();
        return own == null ? Balance.ROUND_ROBIN : own;
    }

    /**
     * The limits of a new session. With a limited rate its channels begin with less credit, which nothing holds back.
     *
     * @param general those of the server
     */
    SessionLimits limits(SessionLimits general) {
        long rate = settings().upRate();
        return general.withRates(rates, rate == 0 ? general.window()
                : Math.clamp(rate / WINDOWS_PER_SECOND, MIN_WINDOW, general.window()));
    }

    // --- traffic -----------------------------------------------------------------------------------------------------

    /** For clients that come and go, and what they ask of the server. */
    RateLimitedLogger clientLog() {
        return clientLog;
    }

    /** For clients that may not use the token. */
    RateLimitedLogger refusalLog() {
        return refusalLog;
    }

    /** For targets that its clients may not reach. */
    RateLimitedLogger ruleLog() {
        return ruleLog;
    }

    /** For targets that they can't reach. */
    RateLimitedLogger targetLog() {
        return targetLog;
    }

    /** Counts what a client of this token has sent and received. */
    void count(long in, long out) {
        received.add(in);
        sent.add(out);
        shared.traffic().count(hash, in, out);
    }

    /** Bytes from its clients since the start of the server. */
    long received() {
        return received.sum();
    }

    /** Bytes to its clients since the start of the server. */
    long sent() {
        return sent.sum();
    }

    /** The days with traffic, the oldest first. */
    List<TokenTraffic.Day> days() {
        return shared.traffic().days(hash);
    }

    /** The traffic of this day. */
    TokenTraffic.Day today() {
        return shared.traffic().today(hash);
    }

    /** Returns why the quota allows no more traffic now; null when it does. */
    private String exhaustion() {
        TokenSettings.Quota quota = settings().quota();
        if (quota == null || shared.traffic().used(hash, quota.period()) < quota.bytes()) {
            return null;
        }
        return "the token has used up its quota of this " + TokenJson.name(quota.period()) + " (UTC)";
    }

    /** Returns why no more traffic is allowed, to one caller of those that find out; else null. */
    String newlyExhausted() {
        String why = exhaustion();
        String before = exhausted.getAndSet(why);
        return why == null || why.equals(before) ? null : why;
    }

    // --- limits ------------------------------------------------------------------------------------------------------

    /** Returns why no client may use the token now; null when they may. */
    String invalidity() {
        TokenSettings settings = settings();
        if (settings.disabled()) {
            return "the token is disabled";
        }
        return settings.expires() != null && !shared.time().instant().isBefore(settings.expires())
                ? "the token expired at " + settings.expires() : null;
    }

    /** Returns why a client may not log in, which is counted; null when it may. */
    String refuseLogin(InetAddress address) {
        List<AddressRange> sources = settings().sources();
        boolean allowed = sources.isEmpty() || sources.stream().anyMatch(range -> range.contains(address));
        return refuse(allowed ? null : "the token may not be used from " + IpLiteral.format(address));
    }

    /**
     * Returns why a client is one too many, which is counted; null when it is not.
     *
     * @param clients with the token, this one included
     */
    String refuseClient(int clients) {
        int max = settings().maxClients();
        return refuse(max > 0 && clients > max ? limit(max, "client") : null);
    }

    /**
     * Returns why a channel may not be opened, which is counted, and is an event; null when it may.
     *
     * @param opener for the event, without a port, by which repetitions would differ
     * @param channels with the token, this one included
     */
    String refuseChannel(String opener, IntSupplier channels) {
        int max = settings().maxChannels();
        String why = refuse(max > 0 && channels.getAsInt() > max ? limit(max, "channel") : exhaustion());
        if (why != null) {
            shared.counters().events.add(RecentEvents.Kind.LIMIT,
                    "channel of " + opener + " refused with " + Token.nameOf(record) + ": " + why);
        }
        return why;
    }

    private static String limit(int max, String noun) {
        return "the token has its limit of " + max + " " + noun + (max == 1 ? "" : "s");
    }

    /** @param limit why a limit allows no more; null when it does */
    private String refuse(String limit) {
        String why = invalidity();
        if (why != null) {
            shared.counters().disabledTokens.increment();
            return why;
        }
        if (limit != null) {
            shared.counters().overTokenLimit.increment();
        }
        return limit;
    }
}
