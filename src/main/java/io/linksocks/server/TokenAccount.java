package io.linksocks.server;

import io.linksocks.protocol.TokenHash;
import io.linksocks.session.RateLimit;
import io.linksocks.session.SessionLimits;
import io.linksocks.session.SessionRates;
import io.linksocks.util.IpLiteral;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** What a token is, and what its clients may use; the settings may change. Thread-safe. */
final class TokenAccount {
    /** Of a rate that the first credit of a channel may be. */
    private static final int WINDOWS_PER_SECOND = 8;
    private static final int LEAST_WINDOW = 16 << 10;

    private final Shared shared;
    private final String hash;
    private final SessionRates rates = new SessionRates(new RateLimit(), new RateLimit());
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    /** Why the quota allowed no more traffic when it was last looked at; null when it did. */
    private String exhausted;
    private volatile TokenRecord record;

    /**
     * What all tokens of a server share.
     *
     * @param refusals counts clients and channels above a limit
     * @param traffic of all tokens
     */
    record Shared(RecentEvents events, LongAdder refusals, InstantSource time, TokenTraffic traffic) {}

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
                new Shared(shared.events(), shared.refusals(), shared.time(), separate));
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
                : Math.clamp(rate / WINDOWS_PER_SECOND, LEAST_WINDOW, general.window()));
    }

    // --- traffic -----------------------------------------------------------------------------------------------------

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

    /** Returns why no more traffic is allowed, the first time that this is so; else null. */
    String newlyExhausted() {
        String why = exhaustion();
        boolean news = why != null && !why.equals(exhausted);
        exhausted = why;
        return news ? refuse(why) : null;
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
        TokenSettings settings = settings();
        String why = invalidity();
        if (why == null && !settings.sources().isEmpty()
                && settings.sources().stream().noneMatch(range -> range.contains(address))) {
            why = "the token may not be used from " + IpLiteral.format(address);
        }
        return refuse(why);
    }

    /**
     * Returns why a client is one too many, which is counted; null when it is not.
     *
     * @param clients with the token, this one included
     */
    String refuseClient(int clients) {
        int max = settings().maxClients();
        return refuse(max > 0 && clients > max ? "the token has its limit of " + max + " clients" : invalidity());
    }

    /**
     * Returns why a channel may not be opened, which is counted; null when it may.
     *
     * @param channels with the token, this one included
     */
    String refuseChannel(IntSupplier channels) {
        int max = settings().maxChannels();
        return refuse(max > 0 && channels.getAsInt() > max ? "the token has its limit of " + max + " channels" : reasonForNoChannel());
    }

    private String reasonForNoChannel() {
        String why = invalidity();
        return why == null ? exhaustion() : why;
    }

    private String refuse(String why) {
        if (why != null) {
            shared.refusals().increment();
            shared.events().add(RecentEvents.Kind.LIMIT, Token.nameOf(record) + ": refused, " + why);
        }
        return why;
    }
}
