package io.linksocks.client;

import java.io.IOException;

/** A step of a check that failed, and what to do about it. */
final class CheckFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final String cure;

    CheckFailure(String finding, String cure) {
        super(finding);
        this.cure = cure;
    }

    String cure() {
        return cure;
    }
}
