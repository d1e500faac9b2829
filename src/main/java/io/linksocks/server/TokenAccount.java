package io.linksocks.server;

import io.linksocks.util.IpLiteral;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** What a token is, and what its clients may use; the settings may change. Thread-safe. */
final class TokenAccount {
    private final Refusals refusals;
    private volatile TokenRecord record;

    /**
     * Where all tokens of a server report refusals, and their time.
     *
     * @param count all refusals
     */
    record Refusals(RecentEvents events, LongAdder count, InstantSource time) {}

    /** @param record with its token */
    TokenAccount(TokenRecord record, Refusals refusals) {
        this.record = record;
        this.refusals = refusals;
    }

    /** The same token without limits, for other servers, which have limits for their own clients. */
    TokenAccount unlimited() {
        return new TokenAccount(record.with(TokenSettings.DEFAULT), refusals);
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
    }

    // --- limits ------------------------------------------------------------------------------------------------------

    /** Returns why no client may use the token now; null when they may. */
    String invalidity() {
        TokenSettings settings = settings();
        if (settings.disabled()) {
            return "the token is disabled";
        }
        return settings.expires() != null && !refusals.time().instant().isBefore(settings.expires())
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
        return refuse(max > 0 && channels.getAsInt() > max ? "the token has its limit of " + max + " channels" : invalidity());
    }

    private String refuse(String why) {
        if (why != null) {
            refusals.count().increment();
            refusals.events().add(RecentEvents.Kind.LIMIT, Token.nameOf(record) + ": refused, " + why);
        }
        return why;
    }
}
