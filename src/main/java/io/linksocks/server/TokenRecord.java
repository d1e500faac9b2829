package io.linksocks.server;

import io.linksocks.access.AccessRules;

/** A token as users describe it and as it is stored: with all that a server needs to add it. */
sealed interface TokenRecord {
    /** A token without rules and settings. */
    static Forward forward(String token) {
        return new Forward(token, AccessRules.NONE, TokenSettings.DEFAULT);
    }

    /** A token without settings. */
    static Reverse reverse(ReverseTokenOptions options) {
        return new Reverse(options, TokenSettings.DEFAULT);
    }

    /** A token without rules and settings. */
    static Connector connector(String token, String reverseToken) {
        return new Connector(token, reverseToken, AccessRules.NONE, TokenSettings.DEFAULT);
    }

    /** Null for one that the server generates. */
    String token();

    TokenSettings settings();

    /** The same token with other settings. */
    TokenRecord with(TokenSettings other);

    /**
     * A token of clients for which the server dials.
     *
     * @param rules its own, if any
     */
    record Forward(String token, AccessRules rules, TokenSettings settings) implements TokenRecord {
        @Override
        public Forward with(TokenSettings other) {
            return new Forward(token, rules, other);
        }

        /** Without the token, which must not reach a log. */
        @Override
        public String toString() {
            return "forward token";
        }
    }

    /** A token of providers. */
    record Reverse(ReverseTokenOptions options, TokenSettings settings) implements TokenRecord {
        @Override
        public String token() {
            return options.token();
        }

        @Override
        public Reverse with(TokenSettings other) {
            return new Reverse(options, other);
        }

        /** Without the token, which must not reach a log. */
        @Override
        public String toString() {
            return "reverse token";
        }
    }

    /**
     * A token of connectors.
     *
     * @param reverseToken of their providers
     * @param rules its own, if any
     */
    record Connector(String token, String reverseToken, AccessRules rules, TokenSettings settings) implements TokenRecord {
        @Override
        public Connector with(TokenSettings other) {
            return new Connector(token, reverseToken, rules, other);
        }

        /** Without the tokens, which must not reach a log. */
        @Override
        public String toString() {
            return "connector token";
        }
    }
}
