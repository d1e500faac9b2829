package io.linksocks.session;

import java.io.IOException;

/** The peer broke the rules of the session; its link is closed with code 1002. */
final class LinkException extends IOException {
    private static final long serialVersionUID = 1L;

    LinkException(String message) {
        super("peer " + message);
    }
}
