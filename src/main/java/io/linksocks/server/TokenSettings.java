package io.linksocks.server;

import io.linksocks.access.AddressRange;
import io.linksocks.util.Bounds;
import java.time.Instant;
import java.util.List;

/**
 * The name of a token, and what all its clients together may use. Limits of 0 are none.
 *
 * @param name shown in place of the token; empty for none
 * @param disabled whether clients are refused although the token exists
 * @param expires from when on clients are refused; null for never
 * @param upRate limit of what the server receives from its clients, in bytes per second
 * @param downRate limit of what the server sends to its clients, in bytes per second
 * @param quota limit of both directions together; null for none
 * @param maxChannels open at once
 * @param maxClients connected at once
 * @param sources addresses that its clients may come from; empty for all
 * @param balance of a reverse token; null for round robin
 * @param certificate a name in certificates of clients that need no token; empty for none
 */
public record TokenSettings(String name, boolean disabled, Instant expires, long upRate, long downRate, Quota quota,
        int maxChannels, int maxClients, List<AddressRange> sources, Balance balance, String certificate) {
    /** No name and no limits. */
    public static final TokenSettings DEFAULT = builder().build();

    private static final int MAX_NAME = 64;
    private static final int MAX_CERTIFICATE = 255;

    /**
     * A limit of traffic in a calendar day or month, in UTC.
     *
     * @param bytes at least 1
     * @param period after which it begins anew
     */
    public record Quota(long bytes, Period period) {
        /** The time that a quota is for. */
        public enum Period {
            /** A calendar day in UTC. */
            DAY,
            /** A calendar month in UTC. */
            MONTH
        }

        /** Checks the number. */
        public Quota {
            Bounds.positive("bytes", bytes);
        }
    }

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException naming the member when a number is negative, the name is longer than 64 characters,
     *     that in certificates longer than 255, or one of them has control characters
     */
    public TokenSettings {
        checkText("name", name, MAX_NAME);
        checkText("certificate", certificate, MAX_CERTIFICATE);
        Bounds.notNegative("upRate", upRate);
        Bounds.notNegative("downRate", downRate);
        Bounds.notNegative("maxChannels", maxChannels);
        Bounds.notNegative("maxClients", maxClients);
        sources = List.copyOf(sources);
    }

    private static String checkText(String member, String text, int most) {
        int length = text.codePointCount(0, text.length());
        if (length > most) {
            throw new IllegalArgumentException(member + " must be at most " + most + " characters, not " + length);
        }
        if (text.codePoints().anyMatch(TokenSettings::isInvisible)) {
            throw new IllegalArgumentException(member + " must not have control characters");
        }
        return text;
    }

    private static boolean isInvisible(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE;
    }

    /**
     * Returns a builder without a name and without limits.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder with these settings.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder().name(name).disabled(disabled).expires(expires).upRate(upRate).downRate(downRate).quota(quota)
                .maxChannels(maxChannels).maxClients(maxClients).sources(sources).balance(balance).certificate(certificate);
    }

    /** Collects settings; see the components of {@link TokenSettings}. */
    public static final class Builder {
        private String name = "";
        private boolean disabled;
        private Instant expires;
        private long upRate;
        private long downRate;
        private Quota quota;
        private int maxChannels;
        private int maxClients;
        private List<AddressRange> sources = List.of();
        private Balance balance;
        private String certificate = "";

        private Builder() {}

        /**
         * Sets the name.
         *
         * @param text empty for none
         * @return this builder
         * @throws IllegalArgumentException when it is longer than 64 characters or has control characters
         */
        public Builder name(String text) {
            name = checkText("name", text, MAX_NAME);
            return this;
        }

        /**
         * Sets whether clients are refused.
         *
         * @param value default false
         * @return this builder
         */
        public Builder disabled(boolean value) {
            disabled = value;
            return this;
        }

        /**
         * Sets from when on clients are refused.
         *
         * @param time null, the default, for never
         * @return this builder
         */
        public Builder expires(Instant time) {
            expires = time;
            return this;
        }

        /**
         * Limits what the server receives from the clients.
         *
         * @param bytesPerSecond 0, the default, for no limit
         * @return this builder
         * @throws IllegalArgumentException when it is negative
         */
        public Builder upRate(long bytesPerSecond) {
            upRate = Bounds.notNegative("upRate", bytesPerSecond);
            return this;
        }

        /**
         * Limits what the server sends to the clients.
         *
         * @param bytesPerSecond 0, the default, for no limit
         * @return this builder
         * @throws IllegalArgumentException when it is negative
         */
        public Builder downRate(long bytesPerSecond) {
            downRate = Bounds.notNegative("downRate", bytesPerSecond);
            return this;
        }

        /**
         * Limits the traffic of a day or month.
         *
         * @param limit null, the default, for none
         * @return this builder
         */
        public Builder quota(Quota limit) {
            quota = limit;
            return this;
        }

        /**
         * Limits open channels.
         *
         * @param count 0, the default, for no limit
         * @return this builder
         * @throws IllegalArgumentException when it is negative
         */
        public Builder maxChannels(int count) {
            maxChannels = Bounds.notNegative("maxChannels", count);
            return this;
        }

        /**
         * Limits connected clients.
         *
         * @param count 0, the default, for no limit
         * @return this builder
         * @throws IllegalArgumentException when it is negative
         */
        public Builder maxClients(int count) {
            maxClients = Bounds.notNegative("maxClients", count);
            return this;
        }

        /**
         * Sets the addresses that clients may come from.
         *
         * @param ranges copied; empty, the default, for all
         * @return this builder
         */
        public Builder sources(List<AddressRange> ranges) {
            sources = List.copyOf(ranges);
            return this;
        }

        /**
         * Sets how the providers of a reverse token share connections.
         *
         * @param way null, the default, for round robin
         * @return this builder
         */
        public Builder balance(Balance way) {
            balance = way;
            return this;
        }

        /**
         * Sets the name by which a certificate admits clients without the token, where the server asks for certificates.
         *
         * @param text a common name, domain or mail address in the certificate, exactly as there; empty, the default, for none
         * @return this builder
         * @throws IllegalArgumentException when it is longer than 255 characters or has control characters
         */
        public Builder certificate(String text) {
            certificate = checkText("certificate", text, MAX_CERTIFICATE);
            return this;
        }

        /**
         * Creates the settings.
         *
         * @return the settings
         */
        public TokenSettings build() {
            return new TokenSettings(name, disabled, expires, upRate, downRate, quota, maxChannels, maxClients, sources,
                    balance, certificate);
        }
    }
}
