package io.linksocks.server;

/** What a token is and what its clients use; the settings may change. Thread-safe. */
final class TokenAccount {
    private volatile TokenRecord record;

    /** @param record with its token */
    TokenAccount(TokenRecord record) {
        this.record = record;
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
}
